import type { ReactNode } from 'react';
import { Heading, Modal, ModalOverlay, Dialog as RacDialog } from 'react-aria-components';
import css from './Dialog.module.css';

/** Only for what leaves the building or needs the whole attention. `bare` leaves heading and padding to the content. */
export function Dialog(props: {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  bare?: boolean;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <ModalOverlay
      isOpen={props.isOpen}
      onOpenChange={(open) => !open && props.onClose()}
      isDismissable
      className={css.veil}
    >
      <Modal className={`${css.modal} ${props.wide ? css.wide : ''}`}>
        <RacDialog
          className={props.bare ? css.bareDialog : css.dialog}
          aria-label={props.bare ? props.title : undefined}
        >
          {!props.bare && (
            <Heading slot="title" className={css.title}>
              {props.title}
            </Heading>
          )}
          {props.children}
        </RacDialog>
      </Modal>
    </ModalOverlay>
  );
}
