import type { Draft, LangMark } from '../../../backend/wire';

/**
 * How complete each language version is. The desk knows it best (`known`, from its lists); until it has said so, a
 * translation saved before the last change of the original counts as outdated.
 */
export function languageMarks(draft: Draft, known?: LangMark[]): LangMark[] {
  const original = draft.languages.find((version) => version.lang === draft.primary_lang);
  return draft.languages.map((version) => {
    const partial = version.title.trim() === '' || version.summary.trim() === '';
    const outdated =
      original !== undefined && version.lang !== draft.primary_lang && version.saved_at < original.saved_at;
    const said = known?.find((mark) => mark.lang === version.lang);
    return said ?? { lang: version.lang, state: partial ? 'partial' : outdated ? 'outdated' : 'full' };
  });
}

/** Languages that can still be added: those of the portal first, then national ones often met. */
export function languagesToAdd(draft: Draft, portal: readonly string[]): string[] {
  const more = ['tr', 'id', 'ms', 'fa', 'ur', 'bn', 'az', 'kk', 'uz', 'so', 'ha', 'sw', 'sq', 'pt', 'ru'];
  return [...portal, ...more].filter((lang) => !draft.languages.some((version) => version.lang === lang));
}
