import { useState } from 'react';
import { Choose } from '../../parts/Choose';
import { Field } from '../../parts/Field';
import { toast } from '../../parts/toasts';
import { EntryForm } from '../../pieces/EntryForm';
import { useAct } from '../../state/live';
import { useT } from '../../text';
import css from './Settings.module.css';

const KINDS = ['contract', 'wordpress'] as const;

/** A portal as its administrator describes it: a name, an address, how it is spoken to, a secret. */
export function AddPortal(props: { onDone: () => void }) {
  const t = useT();
  const [kind, setKind] = useState<(typeof KINDS)[number]>('contract');
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [user, setUser] = useState('');
  const [secret, setSecret] = useState('');
  const add = useAct('portals.add', () => {
    toast(t('settings.portal.added', { name }));
    props.onDone();
  });
  const addressWrong = !/^https?:\/\/[^\s/]+/.test(url.trim());
  return (
    <EntryForm
      submit={t('settings.portal.add')}
      ready={name.trim() !== '' && !addressWrong}
      isPending={add.isPending}
      error={add.error}
      onCancel={props.onDone}
      onSubmit={() =>
        add.mutate({
          name: name.trim(),
          url: url.trim(),
          kind,
          ...(user.trim() && { user: user.trim() }),
          ...(secret && { secret }),
        })
      }
    >
      {(asked) => (
        <>
          <Choose
            label={t('settings.portal.kind')}
            value={kind}
            onChange={(id) => setKind(id as typeof kind)}
            options={KINDS.map((id) => ({
              id,
              label: t(`settings.portal.kind.${id}`),
              more: t(`settings.portal.kind.${id}_help`),
            }))}
          />
          <div className={css.two}>
            <Field
              label={t('settings.portal.name')}
              help={t('settings.portal.name_help')}
              value={name}
              onChange={setName}
              trouble={asked && !name.trim() ? t('settings.portal.name_needed') : undefined}
              autoFocus
            />
            <Field
              label={t('settings.portal.url')}
              help={t('settings.portal.url_help')}
              value={url}
              onChange={setUrl}
              dir="ltr"
              trouble={asked && addressWrong ? t('settings.portal.url_needed') : undefined}
            />
            {kind === 'wordpress' && (
              <Field label={t('settings.portal.user')} value={user} onChange={setUser} dir="ltr" />
            )}
            <Field
              label={kind === 'wordpress' ? t('settings.portal.app_password') : t('settings.portal.token')}
              help={t('settings.portal.secret_help')}
              type="password"
              value={secret}
              onChange={setSecret}
              dir="ltr"
            />
          </div>
        </>
      )}
    </EntryForm>
  );
}
