import {
  CalendarDate,
  GregorianCalendar,
  IslamicUmalquraCalendar,
  toCalendar,
} from '@internationalized/date';

// Shapes of field values, as they are stored with a draft. No fractions: the canonical form of a release has none.

export interface DateRange {
  from?: string;
  to?: string;
}
export interface Money {
  amount?: string;
  currency?: string;
}
export interface Contact {
  name?: string;
  email?: string;
  phone?: string;
}
export interface NamedLink {
  title?: string;
  url?: string;
}
export interface Quote {
  text?: string;
  by?: string;
}

/** Any value as text; what is not text is no text. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

/** Any value as the object a field expects; nothing else is let through. */
export function asObject<Shape extends object>(value: unknown): Partial<Shape> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Partial<Shape>)
    : {};
}

/** One value or many as a list. */
export function asList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || value === '' ? [] : [value];
}

const ARABIC_ZERO = 0x660;
const PERSIAN_ZERO = 0x6f0;

/** The same text with digits 0–9, whatever digits it was typed with. */
export function latinDigits(text: string): string {
  return text
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - ARABIC_ZERO))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - PERSIAN_ZERO));
}

/** A whole number as typed, with digits of any script and spaces or commas between thousands; null when it is none. */
export function readInteger(text: string): number | null {
  const digits = latinDigits(text).replace(/[\s,٬\u00a0\u202f]/g, '');
  if (!/^\d{1,15}$/.test(digits)) return null;
  return Number.parseInt(digits, 10);
}

/** An amount as typed, kept as text with a full stop before the fraction; null when it is none. */
export function readAmount(text: string): string | null {
  const plain = latinDigits(text)
    .replace(/[\s٬\u00a0\u202f]/g, '')
    .replace(/٫/g, '.');
  const grouped = /^\d{1,3}(,\d{3})+(\.\d{1,2})?$/.test(plain)
    ? plain.replace(/,/g, '')
    : plain.replace(',', '.');
  return /^\d{1,15}(\.\d{1,2})?$/.test(grouped) ? grouped : null;
}

/** A year, a month or a day (`2026`, `2026-03`, `2026-03-09`; `/` and `.` do as well); null when it is none. */
export function readPartialDate(text: string): string | null {
  const clean = latinDigits(text).trim().replace(/[/.]/g, '-');
  const yearFirst = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(clean);
  const dayFirst = /^(?:(\d{1,2})-)?(\d{1,2})-(\d{4})$/.exec(clean);
  const [year, month, day] = yearFirst
    ? [yearFirst[1], yearFirst[2], yearFirst[3]]
    : [dayFirst?.[3], dayFirst?.[2], dayFirst?.[1]];
  if (!year) return null;
  if (!month) return year;
  if (Number(month) < 1 || Number(month) > 12) return null;
  const toMonth = `${year}-${month.padStart(2, '0')}`;
  if (!day) return toMonth;
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(day) < 1 || Number(day) > last ? null : `${toMonth}-${day.padStart(2, '0')}`;
}

/** A time of day as typed: `10:30`, `10.30`, `1030`; null when it is none. */
export function readTime(text: string): string | null {
  const match = /^(\d{1,2})[:.h]?(\d{2})$/.exec(latinDigits(text).trim());
  if (!match || Number(match[1]) > 23 || Number(match[2]) > 59) return null;
  return `${(match[1] ?? '').padStart(2, '0')}:${match[2]}`;
}

/** An address of the web, with `https://` put before a bare one; null when it is none. */
export function readUrl(text: string): string | null {
  const typed = text.trim();
  const address = /^[a-z][a-z0-9+.-]*:/i.test(typed) ? typed : `https://${typed}`;
  try {
    const url = new URL(address);
    const web = url.protocol === 'https:' || url.protocol === 'http:';
    return web && url.hostname.includes('.') && !/\s/.test(typed) ? address : null;
  } catch {
    return null;
  }
}

/**
 * A day of the Umm al-Qura calendar (`1448-06-01`, `١/٦/١٤٤٨ هـ`) as the Gregorian day it is; null when it is none. Its
 * years of our time are far from the Gregorian ones, so the year tells which calendar is meant.
 */
export function readHijri(text: string): string | null {
  const clean = latinDigits(text)
    .replace(/\s*(هـ|هــ|ه|AH|H)\.?\s*$/iu, '')
    .trim()
    .replace(/[/.]/g, '-');
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(clean) ?? /^(\d{1,2})-(\d{1,2})-(\d{4})$/.exec(clean);
  if (!parts) return null;
  const [first = 0, month = 0, last = 0] = parts.slice(1).map(Number);
  const [year, day] = first > 31 ? [first, last] : [last, first];
  if (year < 1300 || year > 1600 || month < 1 || month > 12 || day < 1 || day > 30) return null;
  const date = new CalendarDate(new IslamicUmalquraCalendar(), year, month, day);
  // A month of 29 days has no 30th.
  if (date.day !== day) return null;
  return toCalendar(date, new GregorianCalendar()).toString();
}
