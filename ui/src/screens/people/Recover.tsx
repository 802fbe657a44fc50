import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { isPassphrase, NewPassphrase } from '../../pieces/NewPassphrase';
import { begin } from '../../state/leave';
import { useAct } from '../../state/live';
import { useT } from '../../text';
import css from './People.module.css';

/** A forgotten passphrase: the lines on paper open the desk, and a new one is chosen at once. */
export function Recover(props: { id: string }) {
  const t = useT();
  const [lines, setLines] = useState('');
  const [words, setWords] = useState({ one: '', two: '' });
  const [asked, setAsked] = useState(false);
  const recover = useAct('people.recover', begin);
  return (
    <Form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (lines.trim() && isPassphrase(words)) {
          recover.mutate({ id: props.id, lines, passphrase: words.one });
        }
      }}
    >
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
      {recover.error && <ErrorLine trouble={recover.error} />}
      <div className={css.ways}>
        <Button kind="primary" type="submit" isDisabled={recover.isPending}>
          {t('people.unlock')}
        </Button>
      </div>
    </Form>
  );
}
