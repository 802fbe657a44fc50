import { useState } from 'react';
import { Field } from '../../parts/Field';
import { toast } from '../../parts/toasts';
import { EntryForm } from '../../pieces/EntryForm';
import { useAct } from '../../state/live';
import { useMe } from '../../state/me';
import { useT } from '../../text';
import css from './Settings.module.css';

/** Where passwords lie on this PC, in one sentence; and the passphrase when they lie in a locked file. */
export function Secrets() {
  const t = useT();
  const { state } = useMe();
  const [passphrase, setPassphrase] = useState('');
  const unlock = useAct('secrets.unlock', () => {
    setPassphrase('');
    toast(t('settings.secrets.unlocked'));
  });
  return (
    <section className={css.part} id="secrets" aria-labelledby="settings-secrets">
      <h2 id="settings-secrets">{t('settings.secrets')}</h2>
      <p>{t(`settings.secrets.${state.secrets}`)}</p>
      {(state.secrets === 'locked' || state.secrets === 'none') && (
        <EntryForm
          submit={t(state.secrets === 'locked' ? 'settings.secrets.unlock' : 'settings.secrets.set')}
          ready={passphrase !== ''}
          isPending={!passphrase || unlock.isPending}
          error={unlock.error}
          onSubmit={() => unlock.mutate({ passphrase })}
        >
          {() => (
            <Field
              label={
                state.secrets === 'locked'
                  ? t('settings.secrets.passphrase')
                  : t('settings.secrets.new_passphrase')
              }
              help={t('settings.secrets.passphrase_help')}
              type="password"
              value={passphrase}
              onChange={setPassphrase}
              dir="ltr"
            />
          )}
        </EntryForm>
      )}
    </section>
  );
}
