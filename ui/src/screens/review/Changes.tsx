import type { LanguageDiff } from '../../backend/wire';
import { ChangedBlocks, ChangedLine } from '../../pieces/ChangedText';
import { direction } from '../../text';
import css from './Difference.module.css';

/** One language with every change in its place. */
export function Changes({ diff }: { diff: LanguageDiff }) {
  return (
    <article className={css.sheet} lang={diff.lang} dir={direction(diff.lang)}>
      <h2 className={css.title} data-part="title">
        <ChangedLine changes={diff.title} />
      </h2>
      {diff.summary.length > 0 && (
        <p className={css.summary} data-part="summary">
          <ChangedLine changes={diff.summary} />
        </p>
      )}
      <div className="piece" lang={diff.lang} data-part="body">
        <ChangedBlocks changes={diff.body} />
      </div>
    </article>
  );
}
