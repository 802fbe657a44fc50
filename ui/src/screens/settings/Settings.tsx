import { useEffect, useRef } from 'react';
import { Choose } from '../../parts/Choose';
import { ErrorLine } from '../../parts/ErrorLine';
import { ScreenHead } from '../../parts/Screen';
import { Switch } from '../../parts/Switch';
import { useAct } from '../../state/live';
import { useMe } from '../../state/me';
import { DISPLAY_LANGS, OWN_NAME, useT } from '../../text';
import { ApprovalRules } from './ApprovalRules';
import { MyKey } from './MyKey';
import { PeoplePart } from './PeoplePart';
import { Portals } from './Portals';
import { ProfileForm } from './ProfileForm';
import { ProxyPart } from './ProxyPart';
import { Secrets } from './Secrets';
import { SendingWishes } from './SendingWishes';
import css from './Settings.module.css';
import { SmallerCopies } from './SmallerCopies';
import { TrustedKeys } from './TrustedKeys';
import { WatchedFolder } from './WatchedFolder';
import { WithoutWindow } from './WithoutWindow';

/** So long a part may still grow after the screen was opened. */
const TO_SETTLE_MS = 500;

/** Language and look, the person, the portals, the secrets, the desk itself. Everything holds at once. */
export function Settings(props: { section?: string }) {
  const t = useT();
  const { state } = useMe();
  const place = useRef<HTMLDivElement>(null);
  const set = useAct('settings.set');
  const { settings } = state;

  // The parts ask the desk for what they show: until that has come the one that was asked for moves down.
  useEffect(() => {
    const inside = place.current;
    const wanted = props.section && inside?.querySelector(`#${CSS.escape(props.section)}`);
    if (!inside || !wanted) return;
    // Not scrollIntoView, which would move the window as well.
    const show = () => {
      inside.scrollTop += wanted.getBoundingClientRect().top - inside.getBoundingClientRect().top;
    };
    show();
    const watch = new ResizeObserver(show);
    for (const part of inside.children) watch.observe(part);
    const stop = setTimeout(() => watch.disconnect(), TO_SETTLE_MS);
    return () => {
      clearTimeout(stop);
      watch.disconnect();
    };
  }, [props.section]);

  return (
    <div className={css.screen}>
      <ScreenHead title={t('common.nav.settings')} />
      <div className={css.inside} ref={place}>
        {set.error && <ErrorLine trouble={set.error} />}
        <section className={css.part} aria-labelledby="settings-look">
          <h2 id="settings-look">{t('settings.look')}</h2>
          <Choose
            label={t('settings.language')}
            row
            value={settings.display_lang}
            onChange={(value) => set.mutate({ key: 'display_lang', value })}
            options={DISPLAY_LANGS.map((id) => ({ id, label: OWN_NAME[id], lang: id }))}
          />
          <Choose
            label={t('settings.theme')}
            row
            value={settings.theme}
            onChange={(value) => set.mutate({ key: 'theme', value })}
            options={(['system', 'light', 'dark'] as const).map((id) => ({
              id,
              label: t(`settings.theme.${id}`),
            }))}
          />
          <div className={css.with}>
            <Choose
              label={t('settings.numerals')}
              row
              value={settings.numerals}
              onChange={(value) => set.mutate({ key: 'numerals', value })}
              options={[
                { id: 'auto', label: t('settings.numerals.auto') },
                { id: 'latin', label: '0123' },
                { id: 'arabic', label: '٠١٢٣' },
              ]}
            />
            <p className={css.quiet}>{t('settings.numerals_help')}</p>
          </div>
          <div className={css.with}>
            <Switch isOn={settings.spelling} onChange={(value) => set.mutate({ key: 'spelling', value })}>
              {t('settings.spelling')}
            </Switch>
            <p className={css.quiet}>{t('settings.spelling_help')}</p>
          </div>
        </section>
        <ProfileForm />
        <PeoplePart />
        <MyKey />
        <TrustedKeys />
        <ApprovalRules />
        <Portals />
        <ProxyPart />
        <SendingWishes />
        <SmallerCopies />
        <WithoutWindow />
        <WatchedFolder />
        <Secrets />
        <section className={css.part} aria-labelledby="settings-about">
          <h2 id="settings-about">{t('settings.about')}</h2>
          <dl className={css.about}>
            <div>
              <dt>{t('settings.version')}</dt>
              <dd dir="ltr">{state.version}</dd>
            </div>
            <div>
              <dt>{t('settings.store')}</dt>
              <dd dir="ltr">{state.store}</dd>
            </div>
          </dl>
          <p className={css.quiet}>{t('settings.store_help')}</p>
        </section>
      </div>
    </div>
  );
}
