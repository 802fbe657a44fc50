import { useRef } from 'react';
import type { HouseRules } from '../../backend/wire';
import { ErrorLine } from '../../parts/ErrorLine';
import { Switch } from '../../parts/Switch';
import { useTypeName } from '../../pieces/useTypeName';
import { useAct } from '../../state/live';
import { useMe } from '../../state/me';
import { useVocabulary } from '../../state/vocabulary';
import { useT } from '../../text';
import own from './Keys.module.css';
import css from './Settings.module.css';
import { Wish } from './Wish';

const same = (one: HouseRules | null, other: HouseRules) => JSON.stringify(one) === JSON.stringify(other);

/** The rules of the ministry for approvals. Each change of them is an entry of the trail. */
export function ApprovalRules() {
  const t = useT();
  const { state } = useMe();
  const typeName = useTypeName();
  const types = useVocabulary()?.types ?? [];
  const set = useAct('settings.set', undefined, { inOrder: true });
  const rules = state.settings.approval;
  // Somebody quick changes the next rule before the one before is told back: what was wished stands
  // until it is told, or refused.
  const wanted = useRef<HouseRules | null>(null);
  if (set.error || same(wanted.current, rules)) wanted.current = null;
  const wish = (change: Partial<HouseRules>) => {
    const value = { ...(wanted.current ?? rules), ...change };
    wanted.current = value;
    set.mutate({ key: 'approval', value });
  };
  const two = new Set(rules.two_signatures);
  return (
    <section className={css.part} id="approval" aria-labelledby="settings-approval">
      <div className={css.with}>
        <h2 id="settings-approval">{t('proof.rules')}</h2>
        <p className={css.quiet}>{t('proof.rules.text')}</p>
      </div>
      {set.error && <ErrorLine trouble={set.error} />}
      <Wish
        label={t('proof.rules.four_eyes')}
        help={t('proof.rules.four_eyes_help')}
        isOn={rules.four_eyes}
        onChange={(four_eyes) => wish({ four_eyes })}
      />
      <fieldset className={own.types}>
        <legend>{t('proof.rules.two')}</legend>
        <p className={css.quiet}>{t('proof.rules.two_help')}</p>
        <div className={own.choices}>
          {types.map((type) => (
            <Switch
              key={type.id}
              isOn={two.has(type.id)}
              onChange={(on) =>
                wish({
                  two_signatures: types
                    .map((one) => one.id)
                    .filter((id) => (id === type.id ? on : two.has(id))),
                })
              }
            >
              {typeName(type.id)}
            </Switch>
          ))}
        </div>
      </fieldset>
      <Wish
        label={t('proof.rules.urgent')}
        help={t('proof.rules.urgent_help')}
        isOn={rules.urgent_path}
        onChange={(urgent_path) => wish({ urgent_path })}
      />
    </section>
  );
}
