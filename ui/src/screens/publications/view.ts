import type { Publication } from '../../backend/wire';
import { plainLetters } from '../../text/letters';
import {
  isField,
  isMissing,
  LOOKS,
  type Look,
  looks,
  missingFields,
  plain,
  WANTED,
  type WantedField,
  wantsLook,
} from './fields';

/** What can be to do about a publication: something or this is missing, something or this is to be looked over. */
export type Todo = 'any' | WantedField | 'look' | Look;

/** Which publications are shown. What is not said does not matter. */
export interface Filters {
  todo?: Todo;
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
  // What a newer edition counts instead of is out of the way unless it is asked for.
  if (row.superseded_by !== null && filters.todo !== 'older') return false;
  if (filters.todo !== undefined && !isToDo(row, filters.todo)) return false;
  if (filters.year !== undefined && (row.year === null ? NONE : String(row.year)) !== filters.year)
    return false;
  if (filters.language !== undefined && !languagesOf(row).includes(filters.language)) return false;
  if (filters.kind !== undefined && (row.publication_type || NONE) !== filters.kind) return false;
  if (words === '') return true;
  return found?.has(row.id) === true || says(row, words);
}

export function isToDo(row: Publication, todo: Todo): boolean {
  if (todo === 'any') return missingFields(row).length > 0;
  if (todo === 'look') return wantsLook(row);
  const look = LOOKS.find((one) => one === todo);
  return look ? looks(row, look) : isMissing(row, todo);
}

const languagesOf = (row: Publication) => (row.languages.length > 0 ? row.languages : [NONE]);

/** Whether title, body, authors, file name or identifiers hold what was typed, letter for letter of what is meant. */
function says(row: Publication, words: string): boolean {
  const all = plainLetters(
    [
      row.title,
      row.corporate_author,
      row.authors.join(' '),
      row.name,
      row.doi,
      row.isbn,
      row.issn,
      row.numbers.join(' '),
    ].join(' '),
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
export function counts(rows: Publication[]): Record<'todo' | 'year' | 'language' | 'kind', Count[]> {
  const all = { todo: new Map(), year: new Map(), language: new Map(), kind: new Map() } as Record<
    'todo' | 'year' | 'language' | 'kind',
    Map<string, number>
  >;
  const add = (map: Map<string, number>, id: string) => map.set(id, (map.get(id) ?? 0) + 1);
  for (const row of rows) {
    if (row.superseded_by !== null) {
      add(all.todo, 'older');
      continue;
    }
    for (const todo of TODOS) if (isToDo(row, todo)) add(all.todo, todo);
    add(all.year, row.year === null ? NONE : String(row.year));
    for (const lang of languagesOf(row)) add(all.language, lang);
    add(all.kind, row.publication_type || NONE);
  }
  const listed = (map: Map<string, number>) => [...map].map(([id, count]) => ({ id, count }));
  const many = (a: Count, b: Count) => b.count - a.count;
  return {
    todo: TODOS.flatMap((id) => ({ id, count: all.todo.get(id) ?? 0 })).filter((one) => one.count > 0),
    year: listed(all.year).sort((a, b) =>
      a.id === NONE ? 1 : b.id === NONE ? -1 : Number(b.id) - Number(a.id),
    ),
    language: listed(all.language).sort(many),
    kind: listed(all.kind).sort(many),
  };
}

const TODOS: readonly Todo[] = ['any', ...WANTED, 'look', ...LOOKS];
