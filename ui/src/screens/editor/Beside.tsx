import { X } from 'lucide-react';
import type { Draft } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { PieceText } from '../../pieces/PieceText';
import { useLive } from '../../state/live';
import { direction, useFormats, useT } from '../../text';
import css from './EditorScreen.module.css';

/** Another language version, to read while writing this one. */
export function Beside(props: { draft: Draft; lang: string; onClose: () => void }) {
  const t = useT();
  const { languageName } = useFormats();
  const { draft, lang } = props;
  const version = draft.languages.find((one) => one.lang === lang);
  const text = useLive('drafts.render', { draft: draft.id, lang }, ['drafts']);
  const label = t('editor.beside_of', { language: languageName(lang) });
  return (
    <section className={css.beside} aria-label={label} data-region>
      <header className={css.besideHead}>
        <h2>{languageName(lang)}</h2>
        <Button kind="quiet" small icon={X} aria-label={t('editor.beside_none')} onPress={props.onClose} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard */}
      <div className={css.besideText} tabIndex={0}>
        <article lang={lang} dir={direction(lang)}>
          {version?.title && <p className={css.besideTitle}>{version.title}</p>}
          {version?.summary && <p className={css.besideSummary}>{version.summary}</p>}
          {text.error && <ErrorLine trouble={text.error} />}
          {text.data && <PieceText html={text.data.html} lang={lang} dir={text.data.dir} />}
        </article>
      </div>
    </section>
  );
}
