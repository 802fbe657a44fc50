import {
  Ban,
  Ellipsis,
  ExternalLink,
  Eye,
  GitCompare,
  Hand,
  PencilLine,
  RotateCw,
  Siren,
  Trash2,
  Undo2,
} from 'lucide-react';
import { useState } from 'react';
import type { OutboxEntry } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Menu, type MenuEntry } from '../../parts/Menu';
import { Progress } from '../../parts/Progress';
import { StateWord } from '../../parts/StateWord';
import { PortalWord } from '../../pieces/PortalWord';
import { portalDid, shownState } from '../../pieces/portalWord';
import { useShowOnPractice } from '../../pieces/practice';
import { usePortalName } from '../../pieces/usePortalName';
import { useAct } from '../../state/live';
import { go } from '../../state/screen';
import { useFormats, useT } from '../../text';
import css from './Entry.module.css';
import { Receipt } from './Receipt';
import { TakeDown } from './TakeDown';
import { useTimeLeft } from './useTimeLeft';
import { Why } from './Why';

/** One piece on its way to one portal. */
export function Entry({ entry, linkFailure }: { entry: OutboxEntry; linkFailure: string | null }) {
  const t = useT();
  const formats = useFormats();
  const timeLeft = useTimeLeft();
  const portalName = usePortalName();
  const practice = useShowOnPractice();
  const hold = useAct('outbox.hold');
  const retry = useAct('outbox.retry');
  const withdraw = useAct('outbox.withdraw');
  const [takingDown, setTakingDown] = useState(false);
  // The desk knows whether the text may be there already; then it wants a reason.
  const wantsReason = takingDown || withdraw.error?.code === 'reason_needed';
  const failed = hold.error ?? retry.error ?? (wantsReason ? null : withdraw.error) ?? practice.error;
  const waiting = entry.state === 'waiting' || entry.state === 'sending';
  const stuck = entry.state === 'refused' || entry.state === 'conflict';
  const did = portalDid(entry);
  const path = entry.receipt && !stuck ? practice.pathOf(entry.receipt) : null;
  const common = entry.reason?.code === linkFailure;
  const id = { entry: entry.id };

  const moving = waiting && !entry.withdrawing;
  const left = moving ? timeLeft(entry.estimate, entry.bytes_sent > 0) : '';

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
  if (entry.theirs && did === null) {
    menu.push({
      id: 'compare',
      label: t('outbox.compare'),
      icon: GitCompare,
      onAction: () => void go({ name: 'conflict', draft: entry.draft, portal: entry.portal }),
    });
  }
  // The portal would not give its text: a person may decide without seeing it.
  if (did === 'changed' && !entry.theirs && entry.receipt === null) {
    menu.push({
      id: 'send_again',
      label: t('outbox.send_again'),
      icon: RotateCw,
      onAction: () => retry.mutate(id),
    });
  }
  if (waiting && !entry.held && !entry.withdrawing) {
    menu.push({ id: 'hold', label: t('outbox.hold'), icon: Hand, onAction: () => hold.mutate(id) });
  }
  if ((waiting && !entry.withdrawing) || (stuck && entry.receipt === null)) {
    menu.push('line', {
      id: 'withdraw',
      label: t('outbox.withdraw'),
      more: t('outbox.withdraw_more'),
      icon: Undo2,
      mirror: true,
      danger: true,
      onAction: () => withdraw.mutate(id),
    });
  } else if (!waiting && did !== 'removed' && did !== 'withdrawn') {
    menu.push('line', {
      id: 'take_down',
      label: t('outbox.take_down'),
      more: t('outbox.take_down_more'),
      icon: Trash2,
      danger: true,
      onAction: () => setTakingDown(true),
    });
  }

  return (
    <li className={css.entry}>
      <div className={css.main}>
        <span className={css.title} dir="auto">
          {entry.title || t('common.untitled')}
        </span>
        <span className={css.facts}>
          {entry.urgent && (
            <span className={css.urgent}>
              <Siren size={14} aria-hidden /> {t('common.urgent')}
            </span>
          )}
          <span>
            <bdi>{portalName(entry.portal)}</bdi>
          </span>
          <span>{formats.bytes(entry.bytes_total)}</span>
          {entry.files_total > 0 && (
            <span>
              {entry.files_sent > 0 && entry.files_sent < entry.files_total && waiting
                ? t('outbox.files_of', { sent: entry.files_sent, total: entry.files_total })
                : t('outbox.files', { count: entry.files_total })}
            </span>
          )}
          {left && <span>{left}</span>}
        </span>
      </div>
      <div className={css.state}>
        {entry.held ? (
          <span className={css.held}>
            <Hand size={14} aria-hidden /> {t('outbox.held')}
          </span>
        ) : did === 'removed' || did === 'withdrawn' ? (
          <span className={css.held}>
            <Ban size={14} aria-hidden /> {t('outbox.down')}
          </span>
        ) : (
          <StateWord
            state={shownState(entry.state, entry.reason?.code)}
            progress={{ done: entry.files_sent, total: entry.files_total }}
          />
        )}
      </div>
      <div className={css.ways}>
        {stuck && did === null && (
          <Button small icon={RotateCw} isDisabled={retry.isPending} onPress={() => retry.mutate(id)}>
            {t('outbox.retry')}
          </Button>
        )}
        {path !== null && (
          <Button small icon={ExternalLink} mirror onPress={() => practice.show(path)}>
            {t('common.action.show_practice')}
          </Button>
        )}
      </div>
      <div className={css.menu}>
        <Menu label={t('common.more')} entries={menu}>
          <Button
            kind="quiet"
            small
            icon={Ellipsis}
            aria-label={t('outbox.more_of', { title: entry.title })}
          />
        </Menu>
      </div>
      {moving && (entry.bytes_sent > 0 || entry.waits === null) && (
        <div className={`${css.bar} ${entry.bytes_sent === 0 ? css.unseen : ''}`}>
          <Progress
            label={t('outbox.progress', { title: entry.title })}
            value={entry.bytes_total > 0 ? entry.bytes_sent / entry.bytes_total : 0}
          />
        </div>
      )}
      {entry.withdrawing && (
        <p className={`${css.bar} ${css.quiet}`}>
          {t('outbox.withdrawing', { portal: portalName(entry.portal) })}
        </p>
      )}
      <Why entry={entry} brief={common || entry.reason === null} />
      {did && (
        <div className={css.bar}>
          <PortalWord entry={entry} quiet />
        </div>
      )}
      {/* What keeps everything waiting is said once, at the top. */}
      {entry.reason && !did && (stuck || (waiting && !common)) && (
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
      {wantsReason && (
        <div className={css.bar}>
          <TakeDown
            entry={entry}
            onDone={() => {
              setTakingDown(false);
              withdraw.reset();
            }}
          />
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
