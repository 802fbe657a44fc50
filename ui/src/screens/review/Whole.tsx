import type { LanguageVersion } from '../../backend/wire';
import { fetched } from '../../parts/fetched';
import { useLive } from '../../state/live';
import { direction } from '../../text';
import css from './Difference.module.css';

const PieceText = fetched(async () => (await import('../../pieces/PieceText')).PieceText);
// Fetched together with the screen; should that fail, showing it tries again.
PieceText.ahead().catch(() => undefined);

/** One language as the portal will show it, for a piece that has nothing to be compared with. */
export function Whole(props: { draft: string; version: LanguageVersion }) {
  const { lang, title, summary } = props.version;
  const body = useLive('drafts.render', { draft: props.draft, lang }, ['drafts']);
  return (
    <article className={css.sheet} lang={lang} dir={direction(lang)}>
      <h2 className={css.title}>{title}</h2>
      {summary && <p className={css.summary}>{summary}</p>}
      {body.data && <PieceText html={body.data.html} lang={lang} dir={body.data.dir} />}
    </article>
  );
}
