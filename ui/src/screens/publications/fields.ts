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

/** Whether a value came from a place that is often wrong, so that a person should look. */
export function isDoubtful(row: Publication, field: Field): boolean {
  return plain(row, field) !== '' && row.origins[field] === 'name';
}
