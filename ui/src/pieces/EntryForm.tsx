import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from '../parts/Button';
import { ErrorLine, type Trouble } from '../parts/ErrorLine';
import { useT } from '../text';
import css from './EntryForm.module.css';

/**
 * Lines to fill in and one button that takes them over. What is wrong with a line is told from the first try on:
 * `children` learns of it.
 */
export function EntryForm(props: {
  submit: string;
  /** Every line is as it has to be. */
  ready: boolean;
  isPending: boolean;
  error: Trouble | null;
  onSubmit: () => void;
  onCancel?: () => void;
  /** A further way beside the button. */
  beside?: ReactNode;
  /** Without a frame: nothing else is on the screen. */
  bare?: boolean;
  children: (asked: boolean) => ReactNode;
}) {
  const t = useT();
  const [asked, setAsked] = useState(false);
  return (
    <Form
      className={props.bare ? css.bare : css.form}
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (props.ready) props.onSubmit();
      }}
    >
      {props.children(asked)}
      {props.error && <ErrorLine trouble={props.error} />}
      <div className={css.ways}>
        <Button kind="primary" type="submit" isDisabled={props.isPending}>
          {props.submit}
        </Button>
        {props.onCancel && <Button onPress={props.onCancel}>{t('common.action.cancel')}</Button>}
        {props.beside}
      </div>
    </Form>
  );
}
