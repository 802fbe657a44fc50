import { useState } from 'react';
import { Button } from '../../parts/Button';
import { Field } from '../../parts/Field';
import { EntryForm } from '../../pieces/EntryForm';
import { begin } from '../../state/leave';
import { useAct } from '../../state/live';
import { useT } from '../../text';

/** The passphrase of a locked desk. */
export function Unlock(props: { id: string; onForgotten: () => void }) {
  const t = useT();
  const [passphrase, setPassphrase] = useState('');
  const enter = useAct('people.enter', begin);
  return (
    <EntryForm
      bare
      submit={t('people.unlock')}
      ready={passphrase !== ''}
      isPending={enter.isPending}
      error={enter.error}
      onSubmit={() => enter.mutate({ id: props.id, passphrase })}
      beside={
        <Button kind="quiet" onPress={props.onForgotten}>
          {t('people.forgotten')}
        </Button>
      }
    >
      {() => (
        <Field
          label={t('people.passphrase')}
          type="password"
          autoComplete="off"
          value={passphrase}
          onChange={setPassphrase}
          autoFocus
        />
      )}
    </EntryForm>
  );
}
