import type { Publication } from '../../backend/wire';

/** The facts of a publication that a person can correct, by their name on the wire. */
export const FIELDS = [
  'title',
  'corporate_author',
  'authors',
  'year',
  'languages',
  'publication_type',
  'licence',
  'doi',
  'isbn',
  'issn',
  'numbers',
  'pages',
] as const;
export type Field = (typeof FIELDS)[number];

/** What the portal asks for, in the order a person is asked. */
export const WANTED = [
  'title',
  'corporate_author',
  'year',
  'languages',
  'publication_type',
  'licence',
] as const satisfies readonly Field[];
export type WantedField = (typeof WANTED)[number];

export const isField = (name: string): name is Field => (FIELDS as readonly string[]).includes(name);

/** A fact as text: codes stay codes. */
export function plain(row: Publication, field: Field): string {
  const value = row[field];
  if (Array.isArray(value)) return value.join('; ');
  return value === null ? '' : String(value);
}

/** Whether something the portal asks for is still to be said; a title that is only the file's name is no title. */
export function isMissing(row: Publication, field: string): boolean {
  if (!(WANTED as readonly string[]).includes(field)) return false;
  if (field === 'title' && row.origins.title === 'name') return true;
  return plain(row, field as WantedField) === '';
}

export function missingFields(row: Publication): WantedField[] {
  return WANTED.filter((field) => isMissing(row, field));
}

/** Below this, in per cent, a value that was found is wrong as often as right. */
const DOUBTFUL = 50;

/** Whether a value that was found is so little sure that a person should look before it is sent. */
export function isDoubtful(row: Publication, field: Field): boolean {
  if (plain(row, field) === '' || row.origins[field] === 'person') return false;
  const sure = row.confidence[field];
  return sure === undefined ? row.origins[field] === 'name' : sure < DOUBTFUL;
}

export const doubtfulFields = (row: Publication): Field[] => FIELDS.filter((field) => isDoubtful(row, field));

/** What a person should look over, beside what is missing. `older`: a newer edition counts instead. */
export const LOOKS = ['doubt', 'warning', 'unread', 'alike', 'older'] as const;
export type Look = (typeof LOOKS)[number];

export function looks(row: Publication, look: Look): boolean {
  if (look === 'doubt') return doubtfulFields(row).length > 0;
  if (look === 'warning') return row.warnings.length > 0;
  if (look === 'unread')
    return row.state === 'scanned' || row.state === 'encrypted' || row.state === 'damaged';
  if (look === 'alike') return row.open_likenesses > 0;
  return row.superseded_by !== null;
}

/** Whether anything of it is to be looked over; what stepped back is not. */
export const wantsLook = (row: Publication): boolean =>
  row.superseded_by === null && LOOKS.some((look) => looks(row, look));
