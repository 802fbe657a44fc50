import { SlidersHorizontal } from 'lucide-react';
import type { Outbox } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { Progress } from '../../parts/Progress';
import { go } from '../../state/screen';
import { useFormats, useT } from '../../text';
import { soon } from '../../text/time';
import css from './Total.module.css';
import { useTimeLeft } from './useTimeLeft';

/** All that waits together, what is left of the budget, and the way to the wishes about sending. */
export function Total({ outbox, waiting }: { outbox: Outbox; waiting: number }) {
  const t = useT();
  const formats = useFormats();
  const timeLeft = useTimeLeft();
  const { settings, spent_bytes, period_ends, quiet_until } = outbox.sending;
  const left = timeLeft(outbox.estimate);
  const used =
    settings.budget_bytes === null
      ? null
      : t(`outbox.budget.${settings.budget_period}`, {
          spent: formats.bytes(spent_bytes),
          budget: formats.bytes(settings.budget_bytes),
        });
  if (waiting === 0 && !used && !quiet_until) return null;
  return (
    <section className={css.total} aria-label={t('outbox.total')}>
      <div className={css.words}>
        {waiting > 0 && (
          <p>
            <strong>{t('outbox.waiting', { count: waiting })}</strong>
            {left && <span className={css.left}>{left}</span>}
          </p>
        )}
        {used && settings.budget_bytes !== null && (
          <div className={css.budget}>
            <span title={t('outbox.budget.until', { until: soon(formats, period_ends) })}>{used}</span>
            <div className={css.bar}>
              <Progress label={used} value={spent_bytes / settings.budget_bytes} />
            </div>
          </div>
        )}
        {quiet_until && <p>{t('outbox.wait.waiting_quiet_hours', { until: soon(formats, quiet_until) })}</p>}
      </div>
      <Button
        small
        kind="quiet"
        icon={SlidersHorizontal}
        onPress={() => void go({ name: 'settings', section: 'sending' })}
      >
        {t('outbox.wishes')}
      </Button>
    </section>
  );
}
