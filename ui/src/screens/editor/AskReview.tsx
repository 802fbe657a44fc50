import { Send } from 'lucide-react';
import { useState } from 'react';
import type { Failure } from '../../backend';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { useT } from '../../text';
import css from './EditorScreen.module.css';

/** A line with a note to the approver; the piece is handed over as it was last saved. */
export function AskReview(props: {
  pending: boolean;
  failure: Failure | null;
  onAsk: (note: string) => void;
  onCancel: () => void;
}) {
  const t = useT();
  const [note, setNote] = useState('');
  return (
    <form
      className={css.ask}
      aria-label={t('editor.ask')}
      onSubmit={(event) => {
        event.preventDefault();
        props.onAsk(note.trim());
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onCancel();
      }}
    >
      {props.failure && <ErrorLine trouble={props.failure} />}
      <Field
        label={t('editor.ask.note')}
        help={t('editor.ask.help')}
        value={note}
        onChange={setNote}
        autoFocus
      />
      <div className={css.ways}>
        <Button kind="primary" type="submit" icon={Send} mirror isDisabled={props.pending}>
          {t('editor.ask')}
        </Button>
        <Button onPress={props.onCancel}>{t('common.action.cancel')}</Button>
      </div>
    </form>
  );
}
