import { useState } from 'react';
import type { KeyRow } from '../../backend/wire';
import { Field } from '../../parts/Field';
import { toast } from '../../parts/toasts';
import { EntryForm } from '../../pieces/EntryForm';
import { useAct } from '../../state/live';
import { useT } from '../../text';

/** A key whose private half is gone, or in other hands: the lines on paper end it and appoint the next. */
export function RecoverKey(props: { row: KeyRow; onDone: () => void }) {
  const t = useT();
  const [lines, setLines] = useState('');
  const recover = useAct('keys.recover', () => {
    toast(t('proof.recovered'));
    props.onDone();
  });
  return (
    <EntryForm
      submit={t('proof.recover.now')}
      ready={lines.trim() !== ''}
      isPending={recover.isPending}
      error={recover.error}
      onSubmit={() => recover.mutate({ key: props.row.id, lines })}
      onCancel={props.onDone}
    >
      {(asked) => (
        <Field
          label={t('proof.recover.lines')}
          help={t('proof.recover.help')}
          trouble={asked && !lines.trim() ? t('proof.recover.needed') : undefined}
          rows={5}
          dir="ltr"
          value={lines}
          onChange={setLines}
        />
      )}
    </EntryForm>
  );
}
