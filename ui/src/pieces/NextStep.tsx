import {
  Ellipsis,
  ExternalLink,
  Eye,
  History,
  MessageSquareText,
  PencilLine,
  Send,
  Trash2,
  Undo2,
} from 'lucide-react';
import type { Draft, DraftRow } from '../backend/wire';
import { Button } from '../parts/Button';
import { ErrorLine } from '../parts/ErrorLine';
import { Menu, type MenuEntry } from '../parts/Menu';
import { StateWord } from '../parts/StateWord';
import { toast } from '../parts/toasts';
import { useAct, useLive } from '../state/live';
import { useMe } from '../state/me';
import { go } from '../state/screen';
import { useFormats, useT } from '../text';
import { useTold } from '../text/failures';
import css from './NextStep.module.css';
import { PortalWord, usePortalWords } from './PortalWord';
import { portalDid, shownState } from './portalWord';
import { useShowOnPractice } from './practice';
import { usePortalName } from './usePortalName';

/** Above a preview: where the piece stands, why, and the one thing to do next. */
export function NextStep({ piece, row }: { piece: Draft; row?: DraftRow }) {
  const t = useT();
  const told = useTold();
  const formats = useFormats();
  const { profile } = useMe();
  const portalName = usePortalName();
  const practice = useShowOnPractice();
  const withdraw = useAct('review.withdraw');
  const untrash = useAct('drafts.untrash');
  const trash = useAct('drafts.trash', (_, { draft }) =>
    toast(t('common.trashed'), { label: t('common.action.undo'), act: () => untrash.mutate({ draft }) }),
  );
  const edit = () => void go({ name: 'editor', draft: piece.id });
  const delivery = piece.last_delivery;
  const onPractice = delivery ? practice.pathOf(delivery) : null;

  const entries: MenuEntry[] = [];
  if (piece.state === 'in_review') {
    entries.push({
      id: 'withdraw',
      label: t('common.action.take_back'),
      icon: Undo2,
      mirror: true,
      onAction: () => withdraw.mutate({ draft: piece.id }),
    });
  }
  if (piece.release) {
    entries.push({
      id: 'proof',
      label: t('proof.title'),
      icon: History,
      onAction: () => void go({ name: 'proof', draft: piece.id }),
    });
  }
  const comments = useLive('review.comments', { draft: piece.id }, ['drafts', 'review'], {
    when: piece.release !== null,
  });
  const said = comments.data?.comments ?? [];
  const open = said.filter((one) => one.state === 'open' && one.given).length;
  if (said.length > 0) {
    entries.push({
      id: 'comments',
      label: t('comments.title'),
      icon: MessageSquareText,
      onAction: () => void go({ name: 'comments', draft: piece.id }),
    });
  }
  if (!piece.trashed) {
    entries.push({
      id: 'trash',
      label: t('common.action.trash'),
      icon: Trash2,
      danger: true,
      onAction: () => trash.mutate({ draft: piece.id }),
    });
  }

  const failed = withdraw.error ?? trash.error ?? untrash.error ?? practice.error;
  const state = shownState(piece.state, piece.reason);
  const words = usePortalWords(piece.id, piece.release !== null);
  const reason =
    piece.state === 'returned'
      ? piece.return_reason
      : row?.reason &&
          ['waiting', 'refused', 'conflict'].includes(piece.state) &&
          portalDid({ reason: { code: row.reason, params: {}, detail: '' } }) === null
        ? told(row.reason).what
        : null;

  return (
    <div className={css.next}>
      <div className={css.line}>
        <StateWord state={state} progress={row?.progress} />
        {delivery && (piece.state === 'received' || piece.state === 'published') && (
          <span className={css.quiet}>
            {t('common.received_at', {
              portal: portalName(delivery.portal),
              time: formats.dateTime(delivery.received_at),
            })}
          </span>
        )}
        <span className={css.ways}>
          {piece.trashed ? (
            <Button kind="primary" icon={Undo2} mirror onPress={() => untrash.mutate({ draft: piece.id })}>
              {t('common.action.untrash')}
            </Button>
          ) : piece.state === 'in_review' && profile.role !== 'author' ? (
            <Button kind="primary" icon={Eye} onPress={() => void go({ name: 'review', draft: piece.id })}>
              {t('common.action.review')}
            </Button>
          ) : ['waiting', 'sending', 'refused', 'conflict'].includes(state) ? (
            <>
              <Button icon={PencilLine} onPress={edit}>
                {t('common.action.open')}
              </Button>
              <Button kind="primary" icon={Send} mirror onPress={() => void go({ name: 'outbox' })}>
                {t('common.action.see_outbox')}
              </Button>
            </>
          ) : (
            <>
              {onPractice !== null && (
                <Button icon={ExternalLink} mirror onPress={() => practice.show(onPractice)}>
                  {t('common.action.show_practice')}
                </Button>
              )}
              <Button kind="primary" icon={PencilLine} onPress={edit}>
                {t('common.action.open')}
              </Button>
            </>
          )}
          {entries.length > 0 && (
            <Menu label={t('common.more')} entries={entries}>
              <Button kind="quiet" icon={Ellipsis} aria-label={t('common.more')} />
            </Menu>
          )}
        </span>
      </div>
      {reason && (
        <p className={css.reason}>
          <bdi>{reason}</bdi>
        </p>
      )}
      {open > 0 && (
        <p>
          <Button
            small
            icon={MessageSquareText}
            onPress={() => void go({ name: 'comments', draft: piece.id })}
          >
            {t('comments.open', { count: open })}
          </Button>
        </p>
      )}
      {words.map((entry) => (
        <PortalWord key={entry.id} entry={entry} writing />
      ))}
      {failed && <ErrorLine trouble={failed} />}
    </div>
  );
}
