import type { Publication } from '../../backend/wire';
import type { Choice } from '../../parts/Select';

/** Between authors, and between languages, as people type and paste them. */
const BETWEEN = /\s*[;؛\n]\s*/;
const BETWEEN_LANGS = /[\s,;،؛]+/;

/** The editable facts of a publication, by their name on the wire. */
export type Editable = 'title' | 'authors' | 'year' | 'languages' | 'publication_type' | 'licence';

/** A fact as the text of its cell. */
export function cellText(publication: Publication, column: string): string {
  switch (column) {
    case 'title':
      return publication.title;
    case 'authors':
      return publication.authors.length > 0 ? publication.authors.join('; ') : publication.corporate_author;
    case 'year':
      return publication.year === null ? '' : String(publication.year);
    case 'languages':
      return publication.languages.join(' ');
    case 'publication_type':
      return publication.publication_type;
    case 'licence':
      return publication.licence;
    case 'doi':
      return publication.doi;
    case 'isbn':
      return publication.isbn;
    case 'issn':
      return publication.issn;
    case 'corporate_author':
      return publication.corporate_author;
    default:
      return '';
  }
}

/** Digits as any of our readers types them. */
function asciiDigits(text: string): string {
  return text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0));
}

/**
 * The value to store for the text of a cell, or `undefined` when the text cannot be one: a year with a letter in it
 * stays as it was. `choices`: terms that may be pasted by their label.
 */
export function cellValue(column: string, text: string, choices: Choice[] = []): unknown {
  const clean = text.trim();
  switch (column) {
    case 'authors':
      return clean === '' ? [] : clean.split(BETWEEN).filter(Boolean);
    case 'languages':
      return clean === '' ? [] : clean.toLowerCase().split(BETWEEN_LANGS).filter(Boolean);
    case 'year': {
      if (clean === '') return null;
      const year = Number(asciiDigits(clean));
      return Number.isInteger(year) && year >= 1000 && year <= 2200 ? year : undefined;
    }
    case 'publication_type':
    case 'licence': {
      if (clean === '') return '';
      const wanted = clean.toLowerCase();
      return choices.find(
        (choice) => choice.id.toLowerCase() === wanted || choice.label.toLowerCase() === wanted,
      )?.id;
    }
    default:
      return clean;
  }
}

/** Whether a fact the portal wants is absent. */
export function isMissing(publication: Publication, column: string): boolean {
  const wanted = ['title', 'year', 'languages', 'publication_type'];
  if (column === 'authors') return publication.authors.length === 0 && publication.corporate_author === '';
  return wanted.includes(column) && cellText(publication, column) === '';
}
