import { ArrowLeft } from 'lucide-react';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { ScreenHead } from '../../parts/Screen';
import { Checked } from '../../pieces/Checked';
import { shortHash } from '../../pieces/proofWords';
import { TrailList } from '../../pieces/TrailList';
import { useLive } from '../../state/live';
import { back } from '../../state/screen';
import { useT } from '../../text';
import { PaperSheet } from './PaperSheet';
import css from './Proof.module.css';
import { WriteFile } from './WriteFile';

/** What is proven about a piece: the answer, what a signature means, the file for others, the chain of what was done. */
export function Proof(props: { draft: string }) {
  const t = useT();
  const draft = useLive('drafts.open', { draft: props.draft }, ['drafts', 'review', 'outbox']);
  const trail = useLive('review.trail', { draft: props.draft }, ['review', 'outbox']);
  const keys = useLive('keys.list', {}, ['settings']);
  const frozen = draft.data?.release ?? null;
  const checked = useLive('review.verify', { draft: props.draft }, ['review', 'outbox', 'settings'], {
    when: frozen !== null,
  });
  const piece = draft.data;
  const title = piece?.languages.find((one) => one.lang === piece.primary_lang)?.title;
  return (
    <div className={css.screen}>
      <ScreenHead title={t('proof.title')} note={<bdi>{title || t('common.untitled')}</bdi>}>
        <Button icon={ArrowLeft} mirror onPress={() => void back()}>
          {t('proof.back')}
        </Button>
      </ScreenHead>
      <div className={css.inside}>
        {draft.error && <ErrorLine trouble={draft.error} />}
        {checked.error && <ErrorLine trouble={checked.error} />}
        {piece && !frozen && <p className={css.quiet}>{t('proof.nothing')}</p>}
        {checked.data && (
          <section className={css.part} aria-labelledby="proof-answer">
            <h2 id="proof-answer">{t('proof.answer')}</h2>
            <Checked of={checked.data} />
            <p className={css.quiet}>{t('proof.meaning')}</p>
          </section>
        )}
        {frozen && <WriteFile draft={props.draft} release={frozen} />}
        {frozen && <PaperSheet draft={props.draft} release={frozen} />}
        {trail.data && keys.data && (
          <section className={css.part} aria-labelledby="proof-trail">
            <h2 id="proof-trail">{t('proof.trail')}</h2>
            <p className={css.quiet}>{t('proof.trail.text', { head: shortHash(trail.data.head) })}</p>
            {trail.data.entries.length === 0 ? (
              <p>{t('proof.trail.empty')}</p>
            ) : (
              <TrailList events={trail.data.entries} keys={keys.data.keys} />
            )}
          </section>
        )}
      </div>
    </div>
  );
}
