import { useEffect, useRef, useState } from 'react';
import type { Sending } from '../../backend/wire';
import { Amount } from '../../parts/Amount';
import { Choose } from '../../parts/Choose';
import { ErrorLine } from '../../parts/ErrorLine';
import { Select } from '../../parts/Select';
import { useAct, useLive } from '../../state/live';
import { useFormats, useT } from '../../text';
import { soon } from '../../text/time';
import css from './SendingWishes.module.css';
import settings from './Settings.module.css';
import { Wish } from './Wish';
import { FIRST, halfHours, MEGABYTE, MOST_MEGABYTES, megabytes, wishesAnything } from './wishes';

/** When pieces leave and how much: what somebody who pays for the link may wish. Each wish holds at once. */
export function SendingWishes() {
  const t = useT();
  const formats = useFormats();
  const sending = useLive('outbox.sending', {}, ['settings', 'outbox']);
  const set = useAct('outbox.set_sending', undefined, { inOrder: true });
  // What was wished a moment ago counts before the desk has answered, or two quick wishes would undo each other.
  const [wished, setWished] = useState<Sending | null>(null);
  const latest = useRef<Sending | null>(null);
  const view = sending.data;
  const kept = JSON.stringify(view?.settings);
  useEffect(() => {
    if (latest.current && JSON.stringify(latest.current) === kept) {
      latest.current = null;
      setWished(null);
    }
  }, [kept]);
  if (!view) {
    return (
      <section className={settings.part} id="sending" aria-labelledby="settings-sending">
        <h2 id="settings-sending">{t('sending.title')}</h2>
        {sending.error && <ErrorLine trouble={sending.error} />}
      </section>
    );
  }
  const wishes = wished ?? view.settings;
  const wish = (change: Partial<Sending>) => {
    const next = { ...(latest.current ?? view.settings), ...change };
    latest.current = next;
    setWished(next);
    set.mutate(next, {
      onError: () => {
        latest.current = null;
        setWished(null);
      },
    });
  };
  const hours = halfHours(wishes.quiet_from, wishes.quiet_to).map((id) => ({
    id,
    label: formats.time(`2000-01-01T${id}:00`),
  }));
  const hour = (which: 'quiet_from' | 'quiet_to', label: string) => (
    <Select
      label={label}
      inline
      value={wishes[which]}
      onChange={(id) => wish({ [which]: id })}
      choices={hours}
    />
  );

  return (
    <section className={settings.part} id="sending" aria-labelledby="settings-sending">
      <div className={settings.with}>
        <h2 id="settings-sending">{t('sending.title')}</h2>
        <p className={settings.quiet}>
          {wishesAnything(wishes) ? t('sending.text_first') : t('sending.none')}
        </p>
      </div>
      {set.error && <ErrorLine trouble={set.error} />}
      <Wish
        label={t('sending.budget')}
        help={t('sending.budget_help')}
        isOn={wishes.budget_bytes !== null}
        onChange={(on) => wish({ budget_bytes: on ? FIRST.budget : null })}
      >
        {wishes.budget_bytes !== null && (
          <>
            <div className={css.line}>
              <Amount
                label={t('sending.budget_size')}
                unit={t('sending.megabytes')}
                value={megabytes(wishes.budget_bytes)}
                least={1}
                most={MOST_MEGABYTES}
                onChange={(size) => wish({ budget_bytes: size * MEGABYTE })}
              />
              <Choose
                label={t('sending.period')}
                row
                value={wishes.budget_period}
                onChange={(id) => wish({ budget_period: id as Sending['budget_period'] })}
                options={(['day', 'month'] as const).map((id) => ({ id, label: t(`sending.period.${id}`) }))}
              />
            </div>
            <p className={settings.quiet}>
              {t('sending.spent', {
                spent: formats.bytes(view.spent_bytes),
                until: soon(formats, view.period_ends),
              })}
            </p>
          </>
        )}
      </Wish>
      <Wish
        label={t('sending.quiet')}
        help={t('sending.quiet_help')}
        isOn={wishes.quiet_from !== null}
        onChange={(on) =>
          wish(on ? { quiet_from: FIRST.from, quiet_to: FIRST.to } : { quiet_from: null, quiet_to: null })
        }
      >
        {wishes.quiet_from !== null && (
          <div className={css.line}>
            {hour('quiet_from', t('sending.quiet_from'))}
            {hour('quiet_to', t('sending.quiet_to'))}
          </div>
        )}
      </Wish>
      <Wish
        label={t('sending.ask')}
        help={t('sending.ask_help')}
        isOn={wishes.ask_above_bytes !== null}
        onChange={(on) => wish({ ask_above_bytes: on ? FIRST.ask : null })}
      >
        {wishes.ask_above_bytes !== null && (
          <Amount
            label={t('sending.ask_above')}
            unit={t('sending.megabytes')}
            value={megabytes(wishes.ask_above_bytes)}
            least={1}
            most={MOST_MEGABYTES}
            onChange={(size) => wish({ ask_above_bytes: size * MEGABYTE })}
          />
        )}
      </Wish>
      <Wish
        label={t('sending.metered')}
        help={t('sending.metered_help')}
        isOn={wishes.metered}
        onChange={(metered) => wish({ metered })}
      >
        {wishes.metered && (
          <Choose
            label={t('sending.metered_sends')}
            row
            value={wishes.metered_sends}
            onChange={(id) => wish({ metered_sends: id as Sending['metered_sends'] })}
            options={(['text', 'up_to_limit'] as const).map((id) => ({
              id,
              label: t(`sending.metered_sends.${id}`),
            }))}
          />
        )}
      </Wish>
    </section>
  );
}
