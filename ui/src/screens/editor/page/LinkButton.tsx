import { Link2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { Dialog, Popover } from 'react-aria-components';
import { type Body, draftOf, linkAddress, SHORTCUTS, setLink } from '../../../editor';
import { Button } from '../../../parts/Button';
import { Field } from '../../../parts/Field';
import { useT } from '../../../text';
import { BarButton } from './BarButton';
import css from './FormatBar.module.css';
import { LinkTarget } from './LinkTarget';

/** The address of the link under the cursor, or of a new one, in a small place beside the button. */
export function LinkButton(props: {
  body: Body;
  href: string | null;
  title: string;
  empty: boolean;
  isOpen: boolean;
  onOpen: (open: boolean) => void;
}) {
  const t = useT();
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    props.onOpen(false);
    // The popover holds the keyboard until it has closed.
    setTimeout(() => props.body.focus());
  };
  return (
    <>
      <BarButton
        ref={button}
        label={t('editor.bar.link')}
        icon={Link2}
        keys={SHORTCUTS.link}
        on={props.href !== null}
        onPress={() => props.onOpen(true)}
      />
      <Popover
        triggerRef={button}
        isOpen={props.isOpen}
        onOpenChange={(open) => !open && close()}
        placement="bottom"
        className={css.popover}
      >
        <Dialog aria-label={t('editor.bar.link')} className={css.dialog}>
          <LinkForm {...props} onDone={close} />
        </Dialog>
      </Popover>
    </>
  );
}

function LinkForm(props: {
  body: Body;
  href: string | null;
  title: string;
  empty: boolean;
  onDone: () => void;
}) {
  const t = useT();
  const [address, setAddress] = useState(props.href ?? '');
  const [words, setWords] = useState('');
  const [title, setTitle] = useState(props.title);
  const [wrong, setWrong] = useState(false);
  const [piece, setPiece] = useState('');
  const fresh = props.empty && props.href === null;
  const put = (href: string) => {
    if (props.body.run(setLink(href, words || piece, title), true)) props.onDone();
    else setWrong(true);
  };
  return (
    <form
      className={css.linkForm}
      onSubmit={(event) => {
        event.preventDefault();
        put(address);
      }}
    >
      <LinkTarget
        address={address}
        trouble={wrong ? t('editor.link.wrong') : undefined}
        onChange={(value, title = '') => {
          setAddress(value);
          setPiece(title);
          setWrong(false);
        }}
      />
      <Field label={t('editor.link.title')} value={title} onChange={setTitle} />
      {fresh && <Field label={t('editor.link.words')} value={words} onChange={setWords} />}
      <div className={css.ways}>
        <Button
          kind="primary"
          type="submit"
          isDisabled={draftOf(address) === null && linkAddress(address) === null}
        >
          {t(props.href === null ? 'editor.link.put' : 'editor.link.change')}
        </Button>
        {props.href !== null && <Button onPress={() => put('')}>{t('editor.link.remove')}</Button>}
      </div>
    </form>
  );
}
