import { describe, expect, it } from 'vitest';
import cases from '../../../tests/fixtures/isolates/cases.json';
import { isolates } from './isolate';
import type { Direction } from './schema';

describe('what must run by itself in a line', () => {
  it.each(cases)('$base: $text', ({ base, text, isolates: wanted }) => {
    expect(isolates(text, base as Direction).map(({ from, to }) => text.slice(from, to))).toEqual(wanted);
  });

  it('says which way it runs', () => {
    expect(isolates('هاتف +90 312 123 45 67', 'rtl').map((one) => one.dir)).toEqual(['ltr']);
    expect(isolates('By وزارة الصحة, 2025', 'ltr').map((one) => one.dir)).toEqual(['rtl']);
  });

  it('leaves lines alone that nobody writes', () => {
    expect(isolates('ا C++ '.repeat(100_000), 'rtl')).toEqual([]);
  });
});
