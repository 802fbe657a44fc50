import { Check, Clock, Play, RotateCw, Send, SlidersHorizontal } from 'lucide-react';
import type { OutboxEntry } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { useAct } from '../../state/live';
import { go } from '../../state/screen';
import { type MessageId, useFormats, useT } from '../../text';
import { soon } from '../../text/time';
import css from './Entry.module.css';

/** Why a piece waits, in one sentence, and the one thing that lets it go. */
export function Why({ entry, brief }: { entry: OutboxEntry; brief: boolean }) {
  const t = useT();
  const formats = useFormats();
  const resume = useAct('outbox.resume');
  const allow = useAct('outbox.allow');
  const insist = useAct('outbox.insist');
  const retry = useAct('outbox.retry');
  const id = { entry: entry.id };
  const failed = resume.error ?? allow.error ?? insist.error ?? retry.error;
  const { waits } = entry;
  // That everything is paused is said once, at the top.
  if (!waits || waits.code === 'paused') return null;
  const until = waits.until ? soon(formats, waits.until) : '';
  return (
    <div className={css.why}>
      <Clock size={15} aria-hidden />
      <span>{t(`outbox.wait.${waits.code}` as MessageId, { until })}</span>
      {waits.code === 'held' && (
        <Button small icon={Play} isDisabled={resume.isPending} onPress={() => resume.mutate(id)}>
          {t('outbox.resume')}
        </Button>
      )}
      {waits.code === 'waiting_for_yes' && (
        <Button small icon={Check} isDisabled={allow.isPending} onPress={() => allow.mutate(id)}>
          {t('outbox.allow')}
        </Button>
      )}
      {waits.code === 'waiting_next_try' && !brief && (
        <Button small icon={RotateCw} isDisabled={retry.isPending} onPress={() => retry.mutate(id)}>
          {t('outbox.retry')}
        </Button>
      )}
      {['waiting_budget', 'waiting_quiet_hours', 'waiting_metered'].includes(waits.code) && (
        <>
          <Button small icon={Send} mirror isDisabled={insist.isPending} onPress={() => insist.mutate(id)}>
            {t('outbox.insist')}
          </Button>
          <Button
            small
            kind="quiet"
            icon={SlidersHorizontal}
            onPress={() => void go({ name: 'settings', section: 'sending' })}
          >
            {t('outbox.wishes')}
          </Button>
        </>
      )}
      {failed && <ErrorLine trouble={failed} />}
    </div>
  );
}
