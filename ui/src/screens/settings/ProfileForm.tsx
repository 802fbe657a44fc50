import { useMemo, useState } from 'react';
import { Button } from '../../parts/Button';
import { Choose } from '../../parts/Choose';
import { Combo } from '../../parts/Combo';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { toast } from '../../parts/toasts';
import { ownerChoices } from '../../pieces/owners';
import { useAct } from '../../state/live';
import { useMe } from '../../state/me';
import { useOwners } from '../../state/vocabulary';
import { useLang, useT } from '../../text';
import css from './Settings.module.css';

/** Who works at this desk. */
export function ProfileForm() {
  const t = useT();
  const { lang } = useLang();
  const { profile } = useMe();
  const owners = useOwners();
  const [name, setName] = useState(profile.name);
  const [owner, setOwner] = useState<string | null>(`${profile.owner_kind}:${profile.owner}`);
  const [role, setRole] = useState(profile.role);
  const save = useAct('profile.set', () => toast(t('settings.saved')));
  const choices = useMemo(() => ownerChoices(owners ?? [], lang, t), [owners, lang, t]);
  const chosen = owners?.find((one) => `${one.kind}:${one.id}` === owner);
  const changed =
    name.trim() !== profile.name ||
    role !== profile.role ||
    owner !== `${profile.owner_kind}:${profile.owner}`;
  return (
    <section className={css.part} aria-labelledby="settings-you">
      <h2 id="settings-you">{t('settings.you')}</h2>
      <div className={css.two}>
        <Field label={t('settings.name')} value={name} onChange={setName} />
        <Combo
          label={t('welcome.owner.label')}
          choices={choices}
          value={owner}
          onChange={setOwner}
          nothing={t('welcome.owner.nothing')}
        />
      </div>
      <Choose
        label={t('welcome.role.label')}
        row
        value={role}
        onChange={(id) => setRole(id as typeof role)}
        options={(['author', 'approver', 'both'] as const).map((id) => ({
          id,
          label: t(`welcome.role.${id}`),
        }))}
      />
      {save.error && <ErrorLine trouble={save.error} />}
      <div className={css.ways}>
        <Button
          kind="primary"
          isDisabled={!changed || !chosen || !name.trim() || save.isPending}
          onPress={() =>
            chosen &&
            save.mutate({
              owner: chosen.id,
              owner_kind: chosen.kind,
              name: name.trim(),
              role,
              display_lang: lang,
            })
          }
        >
          {t('common.action.save')}
        </Button>
      </div>
    </section>
  );
}
