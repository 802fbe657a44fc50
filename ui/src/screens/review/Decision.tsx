import { BadgeCheck, PencilLine, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { Profile } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { toast } from '../../parts/toasts';
import { useAct, useLive } from '../../state/live';
import { go } from '../../state/screen';
import { useFormats, useT } from '../../text';
import css from './Decision.module.css';

/** The foot of a review: return with a reason, or approve what stands above. */
export function Decision(props: { draft: string; role: Profile['role'] }) {
  const t = useT();
  const formats = useFormats();
  const draft = useLive('drafts.open', { draft: props.draft }, ['drafts', 'review'], { keep: false });
  const [returning, setReturning] = useState(false);
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  const approve = useAct('review.approve', () => toast(t('review.approved')));
  const giveBack = useAct('review.return', () => toast(t('review.returned')));
  const release = draft.data?.release;
  if (!release) return <div className={css.foot} />;
  const failed = approve.error ?? giveBack.error;
  const send = () => {
    setAsked(true);
    if (reason.trim()) giveBack.mutate({ draft: props.draft, reason: reason.trim() });
  };
  return (
    <div className={css.foot}>
      <p className={css.about}>
        {t('review.submitted', { name: release.submitted_by, time: formats.dateTime(release.created_at) })}{' '}
        <span title={release.hash}>
          {t('review.fingerprint')} <code dir="ltr">{release.hash.slice(0, 12)}</code>
        </span>
      </p>
      {failed && <ErrorLine trouble={failed} />}
      {props.role === 'author' ? (
        <p>{t('review.author_waits')}</p>
      ) : returning ? (
        <div className={css.reason}>
          <Field
            label={t('review.reason')}
            help={t('review.reason_help')}
            rows={2}
            value={reason}
            onChange={setReason}
            trouble={asked && !reason.trim() ? t('review.reason_needed') : undefined}
            autoFocus
          />
          <div className={css.ways}>
            <Button onPress={() => setReturning(false)}>{t('common.action.cancel')}</Button>
            <Button kind="primary" icon={Undo2} mirror isDisabled={giveBack.isPending} onPress={send}>
              {t('review.return_now')}
            </Button>
          </div>
        </div>
      ) : (
        <div className={css.ways}>
          <Button
            kind="quiet"
            icon={PencilLine}
            onPress={() => void go({ name: 'editor', draft: props.draft })}
          >
            {t('review.open_editor')}
          </Button>
          <span className={css.gap} />
          <Button icon={Undo2} mirror onPress={() => setReturning(true)}>
            {t('review.return')}
          </Button>
          <Button
            kind="primary"
            icon={BadgeCheck}
            isDisabled={approve.isPending}
            onPress={() => approve.mutate({ draft: props.draft, release: release.hash })}
          >
            {t('review.approve')}
          </Button>
        </div>
      )}
    </div>
  );
}
