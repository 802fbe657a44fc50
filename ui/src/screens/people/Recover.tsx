import { useState } from 'react';
import { Field } from '../../parts/Field';
import { EntryForm } from '../../pieces/EntryForm';
import { isPassphrase, NewPassphrase } from '../../pieces/NewPassphrase';
import { begin } from '../../state/leave';
import { useAct } from '../../state/live';
import { useT } from '../../text';

/** A forgotten passphrase: the lines on paper open the desk, and a new one is chosen at once. */
export function Recover(props: { id: string }) {
  const t = useT();
  const [lines, setLines] = useState('');
  const [words, setWords] = useState({ one: '', two: '' });
  const recover = useAct('people.recover', begin);
  return (
    <EntryForm
      bare
      submit={t('people.unlock')}
      ready={lines.trim() !== '' && isPassphrase(words)}
      isPending={recover.isPending}
      error={recover.error}
      onSubmit={() => recover.mutate({ id: props.id, lines, passphrase: words.one })}
    >
      {(asked) => (
        <>
          <h2>{t('people.recover')}</h2>
          <p>{t('people.recover_text')}</p>
          <Field
            label={t('people.lines')}
            rows={4}
            dir="ltr"
            value={lines}
            onChange={setLines}
            trouble={asked && !lines.trim() ? t('people.lines_needed') : undefined}
            autoFocus
          />
          <NewPassphrase value={words} onChange={setWords} asked={asked} />
        </>
      )}
    </EntryForm>
  );
}
