import { Ellipsis, ExternalLink, Eye, Hand, PencilLine, Play, RotateCw, Undo2 } from 'lucide-react';
import type { OutboxEntry } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Menu, type MenuEntry } from '../../parts/Menu';
import { Progress } from '../../parts/Progress';
import { StateWord } from '../../parts/StateWord';
import { useShowOnPractice } from '../../pieces/practice';
import { usePortalName } from '../../pieces/usePortalName';
import { useAct } from '../../state/live';
import { go } from '../../state/screen';
import { useFormats, useT } from '../../text';
import css from './Entry.module.css';
import { Receipt } from './Receipt';

/** One piece on its way to one portal. */
export function Entry({ entry, linkFailure }: { entry: OutboxEntry; linkFailure: string | null }) {
  const t = useT();
  const formats = useFormats();
  const portalName = usePortalName();
  const practice = useShowOnPractice();
  const hold = useAct('outbox.hold');
  const resume = useAct('outbox.resume');
  const retry = useAct('outbox.retry');
  const withdraw = useAct('outbox.withdraw');
  const failed = hold.error ?? resume.error ?? retry.error ?? withdraw.error ?? practice.error;
  const waiting = entry.state === 'waiting' || entry.state === 'sending';
  const stuck = entry.state === 'refused' || entry.state === 'conflict';
  const path = entry.receipt ? practice.pathOf(entry.receipt) : null;
  const id = { entry: entry.id };

  const menu: MenuEntry[] = [
    {
      id: 'open',
      label: t('common.action.open'),
      icon: PencilLine,
      onAction: () => void go({ name: 'editor', draft: entry.draft }),
    },
    {
      id: 'desk',
      label: t('outbox.preview'),
      icon: Eye,
      onAction: () => void go({ name: 'desk', draft: entry.draft }),
    },
  ];
  if (waiting && !entry.held) {
    menu.push({ id: 'hold', label: t('outbox.hold'), icon: Hand, onAction: () => hold.mutate(id) });
  }
  if (waiting || stuck) {
    menu.push('line', {
      id: 'withdraw',
      label: t('outbox.withdraw'),
      more: t('outbox.withdraw_more'),
      icon: Undo2,
      mirror: true,
      danger: true,
      onAction: () => withdraw.mutate(id),
    });
  }

  return (
    <li className={css.entry}>
      <div className={css.main}>
        <span className={css.title} dir="auto">
          {entry.title || t('common.untitled')}
        </span>
        <span className={css.facts}>
          <bdi>{portalName(entry.portal)}</bdi>
          <span>{formats.bytes(entry.bytes_total)}</span>
          {entry.files_total > 0 && (
            <span>
              {entry.files_sent > 0 && entry.files_sent < entry.files_total && waiting
                ? t('outbox.files_of', { sent: entry.files_sent, total: entry.files_total })
                : t('outbox.files', { count: entry.files_total })}
            </span>
          )}
          {waiting && <span>{when(entry, t, formats)}</span>}
        </span>
      </div>
      <div className={css.state}>
        {entry.held ? (
          <span className={css.held}>
            <Hand size={14} aria-hidden /> {t('outbox.held')}
          </span>
        ) : (
          <StateWord state={entry.state} progress={{ done: entry.files_sent, total: entry.files_total }} />
        )}
      </div>
      <div className={css.ways}>
        {entry.held && (
          <Button small icon={Play} onPress={() => resume.mutate(id)}>
            {t('outbox.resume')}
          </Button>
        )}
        {stuck && (
          <Button small icon={RotateCw} isDisabled={retry.isPending} onPress={() => retry.mutate(id)}>
            {t('outbox.retry')}
          </Button>
        )}
        {path !== null && (
          <Button small icon={ExternalLink} mirror onPress={() => practice.show(path)}>
            {t('common.action.show_practice')}
          </Button>
        )}
        <Menu label={t('common.more')} entries={menu}>
          <Button
            kind="quiet"
            small
            icon={Ellipsis}
            aria-label={t('outbox.more_of', { title: entry.title })}
          />
        </Menu>
      </div>
      {waiting && (
        <div className={`${css.bar} ${entry.bytes_sent === 0 ? css.unseen : ''}`}>
          <Progress
            label={t('outbox.progress', { title: entry.title })}
            value={entry.bytes_total > 0 ? entry.bytes_sent / entry.bytes_total : 0}
          />
        </div>
      )}
      {/* What keeps everything waiting is said once, at the top. */}
      {entry.reason && (stuck || (waiting && entry.reason.code !== linkFailure)) && (
        <div className={css.bar}>
          <ErrorLine
            trouble={entry.reason}
            quiet={!stuck}
            params={{ portal: portalName(entry.portal), title: entry.title }}
          />
        </div>
      )}
      {failed && (
        <div className={css.bar}>
          <ErrorLine trouble={failed} />
        </div>
      )}
      {entry.receipt && (
        <div className={css.bar}>
          <Receipt receipt={entry.receipt} />
        </div>
      )}
    </li>
  );
}

function when(
  entry: OutboxEntry,
  t: ReturnType<typeof useT>,
  formats: ReturnType<typeof useFormats>,
): string {
  if (entry.held) return t('outbox.not_before_you');
  if (entry.state === 'sending') {
    return t('outbox.sent_of', {
      sent: formats.bytes(entry.bytes_sent),
      total: formats.bytes(entry.bytes_total),
    });
  }
  if (entry.next_attempt_at && Date.parse(entry.next_attempt_at) > Date.now()) {
    return t('outbox.next', { time: formats.time(entry.next_attempt_at) });
  }
  return t('outbox.next_soon');
}
