import { expect, it } from 'vitest';
import { readDayInWords } from './dayInWords';

it.each<[string, string | null]>([
  ['3 mars 2027', '2027-03-03'],
  ['le 1er août 2026', '2026-08-01'],
  ['March 3, 2027', '2027-03-03'],
  ['3rd of March 2027', '2027-03-03'],
  ['3 Sept 2027', '2027-09-03'],
  ['12 Kasım 2026', '2026-11-12'],
  ['12 Agustus 2026', '2026-08-12'],
  ['4 مارس 2026م', '2026-03-04'],
  ['٤ آذار ٢٠٢٦', '2026-03-04'],
  ['4 غشت 2026', '2026-08-04'],
  ['4 جويلية 2026', '2026-07-04'],
  ['4 كانون الثاني 2026', '2026-01-04'],
  ['15 رمضان 1447', '2026-03-04'],
  ['١٥ من شهر رمضان ١٤٤٧ هـ', '2026-03-04'],
  ['1 محرم 1448هـ', '2026-06-16'],
  ['15 Ramadan 1447 AH', '2026-03-04'],
  ['3 mars', null],
  ['31 رمضان 1447', null],
  ['31 November 2026', null],
  ['3 soon 2026', null],
  ['3 March 2027 in the capital', null],
  ['3 March April 2027', null],
  ['15 رمضان 2026', null],
  ['2026-03-09', null],
  ['', null],
])('%s is the day %s', (typed, day) => {
  expect(readDayInWords(typed)).toBe(day);
});
