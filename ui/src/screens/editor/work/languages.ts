import type { Draft } from '../../../backend/wire';

/** Languages that can still be added: those of the portal first, then national ones often met. */
export function languagesToAdd(draft: Draft, portal: readonly string[]): string[] {
  const more = ['tr', 'id', 'ms', 'fa', 'ur', 'bn', 'az', 'kk', 'uz', 'so', 'ha', 'sw', 'sq', 'pt', 'ru'];
  return [...portal, ...more].filter((lang) => !draft.languages.some((version) => version.lang === lang));
}
