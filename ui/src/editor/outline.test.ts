import { describe, expect, it } from 'vitest';
import { headingHere, headingsOf, jumpTo, jumpToWords } from './outline';
import { doc, h, li, node, p, stateOf, text, ul } from './testing';
import { charactersIn, wordsIn } from './words';

describe('the outline', () => {
  const page = doc(p('before'), h(2, 'First'), p('a'), h(3, 'Second ', text('bold', 'strong')), p('b'), h(2));
  it('tells the headings and which one a place lies under', () => {
    const headings = headingsOf(stateOf(page).doc);
    expect(headings.map(({ level, text }) => [level, text])).toEqual([
      [2, 'First'],
      [3, 'Second bold'],
      [2, ''],
    ]);
    expect([0, 9, 17, 1000].map((at) => headingHere(headings, at))).toEqual([-1, 0, 0, 2]);
  });

  it('jumps to a heading', () => {
    let state = stateOf(page);
    const second = headingsOf(state.doc)[1];
    jumpTo(second?.pos ?? 0)(state, (tr) => {
      state = state.apply(tr);
    });
    expect(state.selection.$from.parent.textContent).toBe('Second bold');
  });
});

describe('jumping to words', () => {
  const page = doc(
    p('Nothing here'),
    ul(li(p('وزارةُ الصِّحَّة, ', text('2026', 'strong')))),
    p('see ', { type: 'text', text: 'this', marks: [{ type: 'link', attrs: { href: '/part', title: '' } }] }),
    node('paragraph', {}, { type: 'image', attrs: { src: 'https://x.example/p.png', alt: '' } }),
  );
  it.each<[string, string | null]>([
    ['وزارة الصحة, 2026', 'وزارةُ الصِّحَّة, 2026'],
    ['2026', 'وزارةُ الصِّحَّة, 2026'],
    ['/part', 'this'],
    ['nowhere', null],
    ['  ', null],
  ])('%s', (words, selected) => {
    let state = stateOf(page);
    const done = jumpToWords(words)(state, (tr) => {
      state = state.apply(tr);
    });
    expect(done ? state.doc.textBetween(state.selection.from, state.selection.to) : null).toBe(selected);
  });
});

it('counts words and characters as people do', () => {
  const { doc: page } = stateOf(doc(p('وزارةُ الصِّحَّة'), p('DHIS2 café')));
  expect(wordsIn(page)).toBe(4);
  expect(charactersIn(page)).toBe('وزارة الصحة'.length + 'DHIS2 café'.length);
});
