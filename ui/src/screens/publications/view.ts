import type { Publication } from '../../backend/wire';
import { plainLetters } from '../../text/letters';
import { isField, isMissing, missingFields, plain, type WantedField } from './fields';

/** Which publications are shown. What is not said does not matter. */
export interface Filters {
  /** Something is missing: anything, or this. */
  missing?: 'any' | WantedField;
  year?: string;
  language?: string;
  kind?: string;
}

export interface Order {
  column: string;
  desc: boolean;
}

export interface View {
  filters: Filters;
  order: Order | null;
  /** Typed words: what a row says of itself is looked through here, the text inside files by the desk. */
  words: string;
  found: ReadonlySet<string> | null;
}

/** For the years of publications that have none, and so on: a choice of its own in each filter. */
export const NONE = '—';

export function matches(row: Publication, { filters, words, found }: View): boolean {
  if (filters.missing === 'any' && missingFields(row).length === 0) return false;
  if (filters.missing && filters.missing !== 'any' && !isMissing(row, filters.missing)) return false;
  if (filters.year !== undefined && (row.year === null ? NONE : String(row.year)) !== filters.year)
    return false;
  if (filters.language !== undefined && !languagesOf(row).includes(filters.language)) return false;
  if (filters.kind !== undefined && (row.publication_type || NONE) !== filters.kind) return false;
  if (words === '') return true;
  return found?.has(row.id) === true || says(row, words);
}

const languagesOf = (row: Publication) => (row.languages.length > 0 ? row.languages : [NONE]);

/** Whether title, body, authors, file name or identifiers hold what was typed, letter for letter of what is meant. */
function says(row: Publication, words: string): boolean {
  const all = plainLetters(
    [row.title, row.corporate_author, row.authors.join(' '), row.name, row.doi, row.isbn, row.issn].join(' '),
  );
  return plainLetters(words)
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** What a column is ordered by. Numbers and words never meet in one column; nothing said is `null`. */
function key(row: Publication, column: string): string | number | null {
  if (column === 'missing') return missingFields(row).length;
  if (column === 'bytes') return row.bytes;
  if (column === 'year') return row.year;
  if (column === 'name') return row.name.toLowerCase();
  return isField(column) ? plainLetters(plain(row, column)) || null : null;
}

/** Rows in the order asked for; what says nothing comes last either way. Without an order the newest come first. */
export function ordered(rows: Publication[], order: Order | null): Publication[] {
  if (!order) return rows;
  const keyed = rows.map((row, place) => ({ row, place, key: key(row, order.column) }));
  const sign = order.desc ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.key === b.key) return a.place - b.place;
    if (a.key === null) return 1;
    if (b.key === null) return -1;
    return (a.key < b.key ? -1 : 1) * sign;
  });
  return keyed.map((one) => one.row);
}

/**
 * The ids to show. `kept` is what is shown now under the same wishes: a row that was just corrected stays where it is,
 * whatever it now says, and new rows stand before the others, or after them in a table that was put in order.
 */
export function arranged(rows: Publication[], view: View, kept: string[] | null): string[] {
  if (!kept) {
    return ordered(
      rows.filter((row) => matches(row, view)),
      view.order,
    ).map((row) => row.id);
  }
  const there = new Set(rows.map((row) => row.id));
  const known = new Set(kept);
  const stayed = kept.filter((id) => there.has(id));
  const fresh = rows.filter((row) => !known.has(row.id) && matches(row, view)).map((row) => row.id);
  return view.order ? [...stayed, ...fresh] : [...fresh, ...stayed];
}

export interface Count {
  id: string;
  count: number;
}

/** What there is to choose from in each filter, with how many rows of all say it. */
export function counts(rows: Publication[]): Record<'missing' | 'year' | 'language' | 'kind', Count[]> {
  const all = { missing: new Map(), year: new Map(), language: new Map(), kind: new Map() } as Record<
    'missing' | 'year' | 'language' | 'kind',
    Map<string, number>
  >;
  const add = (map: Map<string, number>, id: string) => map.set(id, (map.get(id) ?? 0) + 1);
  for (const row of rows) {
    const missing = missingFields(row);
    if (missing.length > 0) add(all.missing, 'any');
    for (const field of missing) add(all.missing, field);
    add(all.year, row.year === null ? NONE : String(row.year));
    for (const lang of languagesOf(row)) add(all.language, lang);
    add(all.kind, row.publication_type || NONE);
  }
  const listed = (map: Map<string, number>) => [...map].map(([id, count]) => ({ id, count }));
  const many = (a: Count, b: Count) => b.count - a.count;
  return {
    missing: listed(all.missing).sort(many),
    year: listed(all.year).sort((a, b) =>
      a.id === NONE ? 1 : b.id === NONE ? -1 : Number(b.id) - Number(a.id),
    ),
    language: listed(all.language).sort(many),
    kind: listed(all.kind).sort(many),
  };
}
