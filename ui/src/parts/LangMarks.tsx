import { useFormats, useT } from '../text';
import css from './LangMarks.module.css';

export interface Mark {
  lang: string;
  state: 'full' | 'outdated' | 'partial';
}

/** Which languages are there: filled when complete, half when begun, dotted under when the source moved on, dashed when missing. */
export function LangMarks(props: { marks: Mark[]; expected?: readonly string[] }) {
  const t = useT();
  const { languageName } = useFormats();
  const expected = props.expected ?? ['ar', 'en', 'fr'];
  const others = props.marks.map((mark) => mark.lang).filter((lang) => !expected.includes(lang));
  const all = [...expected, ...others].map((lang) => ({
    lang,
    state: props.marks.find((mark) => mark.lang === lang)?.state ?? ('missing' as const),
  }));
  const said = all
    .map(({ lang, state }) => t(`common.mark.${state}`, { language: languageName(lang) }))
    .join(', ');
  return (
    <span className={css.marks} role="img" aria-label={said} title={said}>
      {all.map(({ lang, state }) => (
        <span key={lang} className={`${css.mark} ${css[state]}`} aria-hidden>
          {lang.slice(0, 2).toUpperCase()}
        </span>
      ))}
    </span>
  );
}
