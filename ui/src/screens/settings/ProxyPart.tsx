import { useState } from 'react';
import type { Proxy as ProxyChosen, ProxyMode } from '../../backend/wire';
import { Choose } from '../../parts/Choose';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { toast } from '../../parts/toasts';
import { EntryForm } from '../../pieces/EntryForm';
import { useAct, useLive } from '../../state/live';
import { useT } from '../../text';
import css from './Settings.module.css';

const MODES = ['system', 'direct', 'manual'] as const;

/** How connections leave this PC: as the system says, directly, or through a proxy somebody names. */
export function ProxyPart() {
  const t = useT();
  const view = useLive('proxy.state', {}, ['settings']);
  const set = useAct('proxy.set');
  // Chosen, but not usable before there is an address.
  const [byHand, setByHand] = useState(false);
  const kept = view.data?.proxy;
  const failed = view.error ?? set.error;
  const mode = byHand ? 'manual' : (kept?.mode ?? 'system');
  const choose = (wanted: ProxyMode) => {
    setByHand(wanted === 'manual');
    if (kept && wanted !== 'manual') set.mutate({ proxy: { ...kept, mode: wanted } });
  };
  return (
    <section className={css.part} id="proxy" aria-labelledby="settings-proxy">
      <div className={css.with}>
        <h2 id="settings-proxy">{t('settings.proxy')}</h2>
        <p className={css.quiet}>
          {view.data?.script && mode === 'system'
            ? t('settings.proxy.script', { script: view.data.script })
            : t('settings.proxy.help')}
        </p>
      </div>
      {failed && <ErrorLine trouble={failed} />}
      <Choose
        label={t('settings.proxy.mode')}
        value={mode}
        onChange={(id) => choose(id as ProxyMode)}
        options={MODES.map((id) => ({ id, label: t(`settings.proxy.mode.${id}`) }))}
      />
      {kept && mode === 'manual' && (
        <ByHand kept={kept} hasPassword={view.data?.has_password ?? false} onDone={() => setByHand(false)} />
      )}
    </section>
  );
}

function ByHand(props: { kept: ProxyChosen; hasPassword: boolean; onDone: () => void }) {
  const t = useT();
  const [address, setAddress] = useState(props.kept.address);
  const [user, setUser] = useState(props.kept.user);
  const [password, setPassword] = useState('');
  const set = useAct('proxy.set', () => {
    setPassword('');
    toast(t('settings.proxy.saved'));
    props.onDone();
  });
  return (
    <EntryForm
      submit={t('settings.proxy.save')}
      ready={address.trim() !== ''}
      isPending={set.isPending}
      error={set.error}
      onSubmit={() =>
        set.mutate({
          proxy: { mode: 'manual', address: address.trim(), user: user.trim() },
          ...(password && { password }),
        })
      }
    >
      {(asked) => (
        <>
          <Field
            label={t('settings.proxy.address')}
            help={t('settings.proxy.address_help')}
            value={address}
            onChange={setAddress}
            trouble={asked && !address.trim() ? t('settings.proxy.address_needed') : undefined}
            dir="ltr"
          />
          <div className={css.two}>
            <Field
              label={t('settings.proxy.user')}
              help={t('settings.proxy.user_help')}
              value={user}
              onChange={setUser}
              dir="ltr"
            />
            <Field
              label={t('settings.proxy.password')}
              help={props.hasPassword ? t('settings.proxy.password_kept') : t('settings.portal.secret_help')}
              type="password"
              value={password}
              onChange={setPassword}
              dir="ltr"
            />
          </div>
        </>
      )}
    </EntryForm>
  );
}
