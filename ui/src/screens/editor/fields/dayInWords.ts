import {
  CalendarDate,
  GregorianCalendar,
  IslamicUmalquraCalendar,
  toCalendar,
} from '@internationalized/date';
import { latinDigits, readHijri, readPartialDate } from './values';

/** Where the names of months differ: Arabic has four sets of them. */
const GREGORIAN = ['en', 'fr', 'ar', 'ar-MA', 'ar-DZ', 'ar-TN', 'ar-LB', 'tr', 'id'];
const HIJRI = ['en', 'fr', 'ar', 'tr', 'id'].map((locale) => `${locale}-u-ca-islamic-umalqura`);
/** Words between the parts of a date. */
const BETWEEN = new Set(['من', 'شهر', 'of', 'de', 'le']);
/** Behind a number: ordinals and the signs of both eras, as `fold` leaves them. */
const BEHIND = /(?<=^\d+)(st|nd|rd|th|er|م|ه|ah)$/;
const ERAS = new Set(['م', 'ه', 'ah', 'ميلادي', 'هجري']);
/** Years up to this one are of the Hijri era. */
const LAST_HIJRI = 1600;

/** The same word, however it is spelled: no marks, no capitals, one alef, one ya, no tatweel. */
function fold(text: string): string {
  return latinDigits(text)
    .toLocaleLowerCase('en')
    .normalize('NFKD')
    .replace(/[\p{M}ـ]/gu, '')
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/ى/g, 'ي')
    .replace(/ة/g, 'ه')
    .replace(/ı/g, 'i');
}

/** Letters and digits of a folded text. */
function wordsOf(text: string): string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Months, from 1, by their names, long and short. */
function names(locales: string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const locale of locales) {
    for (const month of ['long', 'short'] as const) {
      const format = new Intl.DateTimeFormat(locale, { month, timeZone: 'UTC' });
      const numbers = new Intl.DateTimeFormat(locale.replace(/^[a-z]+/, 'en'), {
        month: 'numeric',
        timeZone: 'UTC',
      });
      // A day in every week of two years meets every month of either calendar.
      for (let day = 0; day < 2 * 366; day += 7) {
        const at = Date.UTC(2025, 0, 1 + day);
        const name = wordsOf(format.format(at)).join(' ');
        if (/\p{L}/u.test(name)) found.set(name, Number.parseInt(numbers.format(at), 10));
      }
    }
  }
  return found;
}

let known: { gregorian: Map<string, number>; hijri: Map<string, number> } | undefined;

/**
 * A day with its month in words (`3 mars 2027`, `March 3, 2027`, `١٥ رمضان ١٤٤٧ هـ`) as ISO 8601 has it; null when it is
 * none. The year tells which calendar is meant.
 */
export function readDayInWords(text: string): string | null {
  let [year, day] = [0, 0];
  const month: string[] = [];
  for (const word of wordsOf(text)) {
    const plain = word.replace(BEHIND, '');
    if (/^\d{4}$/.test(plain) && !year) year = Number(plain);
    else if (/^\d{1,2}$/.test(plain) && !day) day = Number(plain);
    else if (ERAS.has(word) ? !year : !BETWEEN.has(word)) month.push(word);
  }
  if (!year || !day || month.length === 0) return null;
  known ??= { gregorian: names(GREGORIAN), hijri: names(HIJRI) };
  const isHijri = year >= 1300 && year <= LAST_HIJRI;
  const number = (isHijri ? known.hijri : known.gregorian).get(month.join(' '));
  if (!number || (!isHijri && (year < 1900 || year > 2200))) return null;
  const date = new CalendarDate(
    isHijri ? new IslamicUmalquraCalendar() : new GregorianCalendar(),
    year,
    number,
    day,
  );
  // A day that the month does not have is moved into it.
  if (date.day !== day) return null;
  return toCalendar(date, new GregorianCalendar()).toString();
}

/** A year, a month or a day as people write them, in either calendar, as it is stored; null when it is none. */
export function readDate(text: string): string | null {
  return readHijri(text) ?? readPartialDate(text) ?? readDayInWords(text);
}
