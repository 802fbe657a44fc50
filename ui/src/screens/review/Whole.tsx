import { fetched } from '../../parts/fetched';
import { useLive } from '../../state/live';
import { direction } from '../../text';
import css from './Difference.module.css';

const PieceText = fetched(async () => (await import('../../pieces/PieceText')).PieceText);
// Fetched together with the screen; should that fail, showing it tries again.
PieceText.ahead().catch(() => undefined);

/** One language as the portal will show it: the very text that is signed, whatever the draft says by now. */
export function Whole({ draft, lang }: { draft: string; lang: string }) {
  const text = useLive('review.text', { draft, lang }, ['drafts', 'review'], { keep: false });
  if (!text.data) return null;
  const { title, summary, body } = text.data;
  return (
    <article className={css.sheet} lang={lang} dir={direction(lang)}>
      <h2 className={css.title} data-part="title">
        {title}
      </h2>
      {summary && (
        <p className={css.summary} data-part="summary">
          {summary}
        </p>
      )}
      <div data-part="body">
        <PieceText html={body.html} lang={lang} dir={body.dir} />
      </div>
    </article>
  );
}
