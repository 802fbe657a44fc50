import { CircleAlert, Eye, Info, MessageSquareText, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Draft } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { useAct, useLive } from '../../state/live';
import { useMe } from '../../state/me';
import { go } from '../../state/screen';
import { useT } from '../../text';
import css from './EditorScreen.module.css';

/** One line above the page: what somebody must know before writing on, with the way out beside it. */
export function Notice(props: {
  look?: 'attention' | 'quiet';
  urgent?: boolean;
  children: ReactNode;
  ways?: ReactNode;
}) {
  const Icon = props.look === 'attention' ? CircleAlert : Info;
  return (
    <div className={css.notice} data-look={props.look ?? 'quiet'} role={props.urgent ? 'alert' : 'status'}>
      <Icon size={17} aria-hidden />
      <div className={css.noticeWords}>{props.children}</div>
      {props.ways && <div className={css.ways}>{props.ways}</div>}
    </div>
  );
}

/** What the state of the piece means for writing. */
export function StateNotice({ draft }: { draft: Draft }) {
  const t = useT();
  const { profile } = useMe();
  const withdraw = useAct('review.withdraw');
  const untrash = useAct('drafts.untrash');
  if (draft.trashed) {
    return (
      <Notice
        look="attention"
        ways={
          <Button onPress={() => untrash.mutate({ draft: draft.id })}>{t('common.action.untrash')}</Button>
        }
      >
        {t('editor.notice.trashed')}
      </Notice>
    );
  }
  switch (draft.state) {
    case 'in_review':
      return (
        <>
          <Notice
            ways={
              <>
                {profile.role !== 'author' && (
                  <Button icon={Eye} onPress={() => void go({ name: 'review', draft: draft.id })}>
                    {t('common.action.review')}
                  </Button>
                )}
                <Button
                  icon={Undo2}
                  mirror
                  isDisabled={withdraw.isPending}
                  onPress={() => withdraw.mutate({ draft: draft.id })}
                >
                  {t('common.action.take_back')}
                </Button>
              </>
            }
          >
            {t('editor.notice.in_review')}
          </Notice>
          {withdraw.error && <ErrorLine trouble={withdraw.error} />}
        </>
      );
    case 'returned':
      return <Returned draft={draft} />;
    case 'approved':
    case 'waiting':
    case 'sending':
    case 'received':
    case 'published':
      return <Notice>{t('editor.notice.approved')}</Notice>;
    default:
      return null;
  }
}

/** Why the piece came back, and the way to what was said about words of it. */
function Returned({ draft }: { draft: Draft }) {
  const t = useT();
  const list = useLive('review.comments', { draft: draft.id }, ['drafts', 'review'], { keep: false });
  const open = (list.data?.comments ?? []).filter((one) => one.state === 'open').length;
  return (
    <Notice
      look="attention"
      ways={
        open > 0 && (
          <Button icon={MessageSquareText} onPress={() => void go({ name: 'comments', draft: draft.id })}>
            {t('comments.open', { count: open })}
          </Button>
        )
      }
    >
      <strong>{t('editor.notice.returned')}</strong>
      {draft.return_reason && (
        <p className={css.reason}>
          <bdi>{draft.return_reason}</bdi>
        </p>
      )}
    </Notice>
  );
}
