import { BadgeCheck, History, PencilLine, Siren, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { Profile } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { toast } from '../../parts/toasts';
import { Unlock } from '../../pieces/Unlock';
import { useAct, useLive } from '../../state/live';
import { go } from '../../state/screen';
import { useFormats, useT } from '../../text';
import css from './Decision.module.css';
import { Signing } from './Signing';

/** The foot of a review: who signed, return with a reason, or sign what stands above. */
export function Decision(props: { draft: string; role: Profile['role'] }) {
  const t = useT();
  const formats = useFormats();
  const draft = useLive('drafts.open', { draft: props.draft }, ['drafts', 'review'], { keep: false });
  const standing = useLive('review.standing', { draft: props.draft }, ['review', 'settings', 'drafts'], {
    keep: false,
  });
  const [writing, setWriting] = useState<'return' | 'urgent' | null>(null);
  const [words, setWords] = useState('');
  const [asked, setAsked] = useState(false);
  const guest = standing.data?.guest ?? false;
  // A decision about another desk's piece still has to travel back.
  const onward = () => void go({ name: 'proof', draft: props.draft });
  const approve = useAct('review.approve', (row) => {
    if (guest) onward();
    toast(
      t(
        guest ? 'proof.decided_guest' : row.state === 'approved' ? 'review.approved' : 'proof.signed_further',
      ),
    );
  });
  const giveBack = useAct('review.return', () => {
    if (guest) onward();
    toast(t(guest ? 'proof.decided_guest' : 'review.returned'));
  });
  const release = draft.data?.release;
  if (!release) return <div className={css.foot} />;
  const failed = approve.error ?? giveBack.error;
  const send = () => {
    setAsked(true);
    const reason = words.trim();
    if (!reason) return;
    if (writing === 'urgent')
      approve.mutate({ draft: props.draft, release: release.hash, words: reason, urgent: true });
    else giveBack.mutate({ draft: props.draft, reason });
  };
  const begin = (what: typeof writing) => {
    setAsked(false);
    setWriting(what);
  };
  return (
    <div className={css.foot}>
      <p className={css.about}>
        {t('review.submitted', { name: release.submitted_by, time: formats.dateTime(release.created_at) })}{' '}
        <span title={release.hash}>
          {t('review.fingerprint')} <code dir="ltr">{release.hash.slice(0, 12)}</code>
        </span>
      </p>
      {standing.data && <Signing standing={standing.data} mayDecide={props.role !== 'author'} />}
      {failed && (
        <ErrorLine trouble={failed}>
          {(failed.code === 'secrets_locked' || failed.code === 'no_secret_store') && approve.variables && (
            <Unlock onDone={() => approve.variables && approve.mutate(approve.variables)} />
          )}
          {failed.code === 'key_gone' && (
            <Button small onPress={() => void go({ name: 'settings', section: 'key' })}>
              {t('proof.key')}
            </Button>
          )}
        </ErrorLine>
      )}
      {props.role === 'author' ? (
        <div className={css.ways}>
          <p>{t('review.author_waits')}</p>
          <span className={css.gap} />
          <ProofButton draft={props.draft} />
        </div>
      ) : writing ? (
        <div className={css.reason}>
          <Field
            label={t(writing === 'urgent' ? 'proof.urgent.reason' : 'review.reason')}
            help={t(writing === 'urgent' ? 'proof.urgent.help' : 'review.reason_help')}
            rows={2}
            value={words}
            onChange={setWords}
            trouble={
              asked && !words.trim()
                ? t(writing === 'urgent' ? 'proof.urgent.needed' : 'review.reason_needed')
                : undefined
            }
            autoFocus
          />
          <div className={css.ways}>
            <Button onPress={() => begin(null)}>{t('common.action.cancel')}</Button>
            <Button
              kind="primary"
              icon={writing === 'urgent' ? Siren : Undo2}
              mirror={writing === 'return'}
              isDisabled={giveBack.isPending || approve.isPending}
              onPress={send}
            >
              {t(writing === 'urgent' ? 'proof.urgent.now' : 'review.return_now')}
            </Button>
          </div>
        </div>
      ) : (
        <div className={css.ways}>
          {!guest && (
            <Button
              kind="quiet"
              icon={PencilLine}
              onPress={() => void go({ name: 'editor', draft: props.draft })}
            >
              {t('review.open_editor')}
            </Button>
          )}
          <ProofButton draft={props.draft} />
          <span className={css.gap} />
          <Button icon={Undo2} mirror onPress={() => begin('return')}>
            {t('review.return')}
          </Button>
          {standing.data?.urgent && (
            <Button icon={Siren} onPress={() => begin('urgent')}>
              {t('proof.urgent')}
            </Button>
          )}
          <Button
            kind="primary"
            icon={BadgeCheck}
            isDisabled={approve.isPending || Boolean(standing.data?.refused)}
            onPress={() => approve.mutate({ draft: props.draft, release: release.hash })}
          >
            {t(
              guest
                ? 'proof.approve_guest'
                : standing.data && standing.data.missing > 0
                  ? 'proof.approve_first'
                  : 'review.approve',
            )}
          </Button>
        </div>
      )}
    </div>
  );
}

function ProofButton(props: { draft: string }) {
  const t = useT();
  return (
    <Button kind="quiet" icon={History} onPress={() => void go({ name: 'proof', draft: props.draft })}>
      {t('proof.title')}
    </Button>
  );
}
