import type { LanguageDiff } from '../../backend/wire';
import { ChangedBlocks, ChangedLine } from '../../pieces/ChangedText';
import { isSame } from '../../pieces/paragraphs';
import { direction, useT } from '../../text';
import css from './EditorScreen.module.css';

/** One language version with every change in its place, word by word. */
export function Differing({ diff }: { diff: LanguageDiff }) {
  const t = useT();
  if (isSame([...diff.title, ...diff.summary, ...diff.body])) {
    return <p className={css.besideNote}>{t('editor.history.same')}</p>;
  }
  return (
    <article lang={diff.lang} dir={direction(diff.lang)}>
      <p className={css.besideTitle}>
        <ChangedLine changes={diff.title} />
      </p>
      {diff.summary.length > 0 && (
        <p className={css.besideSummary}>
          <ChangedLine changes={diff.summary} />
        </p>
      )}
      <div className="piece" lang={diff.lang}>
        <ChangedBlocks changes={diff.body} />
      </div>
    </article>
  );
}
