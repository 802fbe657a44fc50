import { describe, expect, it } from 'vitest';
import { findWords } from './marks';

const told = (texts: string[], words: string, nth = 0) =>
  findWords(texts, words, nth).map((span) => texts[span.text]?.slice(span.from, span.to));

describe('words of a comment on a page', () => {
  it.each<[string, string[], string, number, (string | undefined)[]]>([
    ['in one text', ['Measles is back.'], 'is', 0, ['is']],
    ['over several texts', ['Measles ', 'is', ' back.'], 'Measles is back', 0, ['Measles', 'is', 'back']],
    ['the second place', ['one two one'], 'one', 1, ['one']],
    ['with other signs', ['First', 'Second'], 'First\n\n• Second', 0, ['First', 'Second']],
    ['in Arabic', ['حملة التطعيم'], 'التطعيم', 0, ['التطعيم']],
    ['gone', ['one two'], 'three', 0, []],
    ['no letters', ['— —'], '—', 0, []],
    ['too few of them', ['one'], 'one', 1, []],
  ])('%s', (_, texts, words, nth, wanted) => {
    expect(told(texts, words, nth)).toEqual(wanted);
  });

  it('names the place of the second', () => {
    expect(findWords(['one two one'], 'one', 1)).toEqual([{ text: 0, from: 8, to: 11 }]);
  });
});
