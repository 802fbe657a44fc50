import { GitCompare, MessageSquareText, PencilLine, RotateCw } from 'lucide-react';
import type { OutboxEntry } from '../backend/wire';
import { Button } from '../parts/Button';
import { ErrorLine } from '../parts/ErrorLine';
import { useAct, useLive } from '../state/live';
import { go } from '../state/screen';
import { useT } from '../text';
import css from './PortalWord.module.css';
import { editorComment, portalDid, withoutOvertaken } from './portalWord';
import { usePortalName } from './usePortalName';

/** What a portal and its editor did about a piece, in their own words, and what can be done about it. */
export function PortalWord(props: {
  entry: OutboxEntry;
  /** The way to the editor is beside it, or this is the editor. */
  writing?: boolean;
  /** In a list whose state word already calls for attention. */
  quiet?: boolean;
}) {
  const t = useT();
  const portalName = usePortalName();
  const retry = useAct('outbox.retry');
  const leave = useAct('outbox.withdraw');
  const { entry } = props;
  const did = portalDid(entry);
  if (!did) return null;
  const comment = editorComment(entry);
  const failed = retry.error ?? leave.error;
  const settling = did === 'changed' || did === 'older';
  return (
    <div className={`${css.word} ${props.quiet ? css.quiet : ''}`}>
      <MessageSquareText size={17} aria-hidden className={css.sign} />
      <div className={css.words}>
        <p>
          <strong>{t(`outbox.did.${did}`, { portal: portalName(entry.portal) })}</strong>{' '}
          {did === 'changed' && !entry.theirs ? t('outbox.did.coming') : t(`outbox.did.${did}.next`)}
        </p>
        {comment && (
          <blockquote dir="auto" className={css.comment}>
            {comment}
          </blockquote>
        )}
        <div className={css.ways}>
          {settling && entry.theirs && (
            <Button
              small
              icon={GitCompare}
              onPress={() => void go({ name: 'conflict', draft: entry.draft, portal: entry.portal })}
            >
              {t('outbox.compare')}
            </Button>
          )}
          {did === 'returned' && !props.writing && (
            <Button small icon={PencilLine} onPress={() => void go({ name: 'editor', draft: entry.draft })}>
              {t('outbox.revise')}
            </Button>
          )}
          {(did === 'removed' || did === 'older') && (
            <Button
              small
              icon={RotateCw}
              isDisabled={retry.isPending}
              onPress={() => retry.mutate({ entry: entry.id })}
            >
              {t('outbox.send_again')}
            </Button>
          )}
          {(did === 'removed' || did === 'withdrawn') && (
            <Button small isDisabled={leave.isPending} onPress={() => leave.mutate({ entry: entry.id })}>
              {t('outbox.leave')}
            </Button>
          )}
        </div>
        {failed && <ErrorLine trouble={failed} />}
      </div>
    </div>
  );
}

/** The entries of a piece about which a portal did something by itself. */
export function usePortalWords(draft: string, when: boolean): OutboxEntry[] {
  const of = useLive('outbox.of', { draft }, ['outbox', 'drafts'], { when, keep: false });
  return withoutOvertaken(of.data?.entries ?? []).filter((entry) => portalDid(entry) !== null);
}
