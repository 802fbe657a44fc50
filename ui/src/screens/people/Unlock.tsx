import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { begin } from '../../state/leave';
import { useAct } from '../../state/live';
import { useT } from '../../text';
import css from './People.module.css';

/** The passphrase of a locked desk. */
export function Unlock(props: { id: string; onForgotten: () => void }) {
  const t = useT();
  const [passphrase, setPassphrase] = useState('');
  const enter = useAct('people.enter', begin);
  return (
    <Form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (passphrase) enter.mutate({ id: props.id, passphrase });
      }}
    >
      <Field
        label={t('people.passphrase')}
        type="password"
        autoComplete="off"
        value={passphrase}
        onChange={setPassphrase}
        autoFocus
      />
      {enter.error && <ErrorLine trouble={enter.error} />}
      <div className={css.ways}>
        <Button kind="primary" type="submit" isDisabled={!passphrase || enter.isPending}>
          {t('people.unlock')}
        </Button>
        <Button kind="quiet" onPress={props.onForgotten}>
          {t('people.forgotten')}
        </Button>
      </div>
    </Form>
  );
}
