import type { RemoteRow } from '../../backend/wire';
import { plainLetters } from '../../text/letters';

/** The pieces whose title, kind or portal has every word that was typed. */
export function found(rows: RemoteRow[], query: string, wordsOf: (row: RemoteRow) => string): RemoteRow[] {
  const words = plainLetters(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const all = plainLetters(wordsOf(row));
    return words.every((word) => all.includes(word));
  });
}

/** What can still be asked for, portal by portal. */
export function notYetAsked(rows: RemoteRow[]): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const row of rows) {
    if (row.here || row.wanted) continue;
    all.set(row.portal, [...(all.get(row.portal) ?? []), row.item]);
  }
  return all;
}
