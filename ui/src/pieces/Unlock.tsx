import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from '../parts/Button';
import { ErrorLine } from '../parts/ErrorLine';
import { Field } from '../parts/Field';
import { useAct } from '../state/live';
import { useMe } from '../state/me';
import { useT } from '../text';
import css from './Unlock.module.css';

/** Where an approval waits for the place its key lies in: the passphrase, and on with what was wanted. */
export function Unlock(props: { onDone: () => void }) {
  const t = useT();
  const { state } = useMe();
  const [passphrase, setPassphrase] = useState('');
  const unlock = useAct('secrets.unlock', () => {
    setPassphrase('');
    props.onDone();
  });
  const locked = state.secrets === 'locked';
  return (
    <Form
      className={css.unlock}
      onSubmit={(event) => {
        event.preventDefault();
        if (passphrase) unlock.mutate({ passphrase });
      }}
    >
      <Field
        label={t(locked ? 'settings.secrets.passphrase' : 'settings.secrets.new_passphrase')}
        help={t('settings.secrets.passphrase_help')}
        type="password"
        value={passphrase}
        onChange={setPassphrase}
        dir="ltr"
        autoFocus
      />
      {unlock.error && <ErrorLine trouble={unlock.error} />}
      <Button kind="primary" type="submit" isDisabled={!passphrase || unlock.isPending}>
        {t(locked ? 'proof.unlock' : 'proof.unlock_new')}
      </Button>
    </Form>
  );
}
