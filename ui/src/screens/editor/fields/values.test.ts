import { describe, expect, it } from 'vitest';
import { asList, readAmount, readHijri, readInteger, readPartialDate, readTime, readUrl } from './values';

describe('what people type into fields', () => {
  it.each([
    ['1200', 1200],
    ['١٬٢٠٠', 1200],
    ['1 200', 1200],
    ['1,200', 1200],
    ['12a', null],
    ['-5', null],
    ['', null],
  ])('number %s → %s', (typed, kept) => {
    expect(readInteger(typed)).toBe(kept);
  });

  it.each([
    ['1200', '1200'],
    ['1,200', '1200'],
    ['1,200.50', '1200.50'],
    ['12,5', '12.5'],
    ['١٢٫٥', '12.5'],
    ['1 200 000', '1200000'],
    ['a lot', null],
  ])('amount %s → %s', (typed, kept) => {
    expect(readAmount(typed)).toBe(kept);
  });

  it.each([
    ['2026', '2026'],
    ['2026-3', '2026-03'],
    ['2026/03/09', '2026-03-09'],
    ['9.3.2026', '2026-03-09'],
    ['3/2026', '2026-03'],
    ['٢٠٢٦-٠٣-٠٩', '2026-03-09'],
    ['2026-13', null],
    ['2026-02-30', null],
    ['March', null],
  ])('date %s → %s', (typed, kept) => {
    expect(readPartialDate(typed)).toBe(kept);
  });

  it.each([
    ['https://example.org/a', 'https://example.org/a'],
    ['example.org', 'https://example.org'],
    ['javascript:alert(1)', null],
    ['ftp://example.org', null],
    ['not an address', null],
    ['word', null],
  ])('address %s → %s', (typed, kept) => {
    expect(readUrl(typed)).toBe(kept);
  });

  it.each([
    ['9:05', '09:05'],
    ['1030', '10:30'],
    ['١٤٫٣٠', null],
    ['١٤:٣٠', '14:30'],
    ['25:00', null],
  ])('time %s → %s', (typed, kept) => {
    expect(readTime(typed)).toBe(kept);
  });

  it('takes one value for many', () => {
    expect(asList('a')).toEqual(['a']);
    expect(asList(undefined)).toEqual([]);
    expect(asList(['a', 'b'])).toEqual(['a', 'b']);
  });
});

describe('a day of the Hijri calendar', () => {
  it.each<[string, string | null]>([
    ['1448-01-01', '2026-06-16'],
    ['١/١/١٤٤٨ هـ', '2026-06-16'],
    ['1.1.1448', '2026-06-16'],
    ['1448-01-31', null],
    ['1448-13-01', null],
    ['2026-03-09', null],
    ['1448', null],
  ])('%s', (typed, day) => {
    expect(readHijri(typed)).toBe(day);
  });
});
