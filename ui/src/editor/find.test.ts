import { history, undo } from 'prosemirror-history';
import { EditorState, TextSelection } from 'prosemirror-state';
import { describe, expect, it } from 'vitest';
import { type DocumentJson, readDocument, writeDocument } from './document';
import {
  find,
  findNext,
  findPlugin,
  found,
  placesInLine,
  replaceAllFound,
  replaceFound,
  selectedWords,
} from './find';
import { doc, h, li, p, plain, text, ul } from './testing';

const selecting =
  (from: number, to: number): ReturnType<typeof find> =>
  (state, dispatch) => {
    dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, from, to)));
    return true;
  };

/** A state that finds and undoes, driven by commands. */
function open(json: DocumentJson) {
  let state = EditorState.create({ doc: readDocument(json), plugins: [history(), findPlugin()] });
  const view = {
    get state() {
      return state;
    },
  };
  const run = (command: ReturnType<typeof find>) =>
    command(
      state,
      (tr) => {
        state = state.apply(tr);
      },
      view as never,
    );
  return {
    run,
    find: (words: string, exact = false) => run(find({ text: words, exact })),
    found: () => found(state),
    text: () => plain(writeDocument(state.doc)),
    selected: () => state.doc.textBetween(state.selection.from, state.selection.to),
    cursor: (at: number) => run(selecting(at, at)),
    words: () => selectedWords(state),
  };
}

describe('finding', () => {
  it.each<[string, string, number]>([
    ['وزارةُ الصِّحَّة', 'وزاره الصحه', 1],
    ['الإدارة والادارة', 'ادارة', 2],
    ['صـــحـــة', 'صحة', 1],
    ['عام ٢٠٢٦ و2026 و۲۰۲۶', '2026', 3],
    ['Le Ministère, the MINISTERE', 'ministere', 2],
    ['مستشفى ومستشفي', 'مستشفى', 2],
    ['nothing', 'other', 0],
    ['aaaa', 'aa', 2],
    ['a.b', '.', 1],
  ])('%s holds %s %i times', (words, wanted, count) => {
    const at = open(doc(p(words)));
    at.find(wanted);
    expect(at.found()).toEqual({ at: 0, count });
  });

  it('covers the marks of the letters it found, and nothing else', () => {
    const at = open(doc(p('قال: الصِّحَّةُ أولا')));
    at.find('الصحة');
    at.run(findNext(1));
    expect(at.selected()).toBe('الصِّحَّةُ');
  });

  it('tells letters apart when asked to', () => {
    const at = open(doc(p('Health health الصحة الصحه')));
    at.find('Health', true);
    expect(at.found().count).toBe(1);
    at.find('الصحه', true);
    expect(at.found().count).toBe(1);
  });

  it('crosses emphasis and line breaks, not blocks or pictures', () => {
    const at = open(
      doc(
        p('one ', text('two', 'strong'), ' three', { type: 'hard_break' }, 'four'),
        p('a', { type: 'image', attrs: { src: 'qalam:1', alt: '' } }, 'b'),
        p('one'),
        p('two'),
      ),
    );
    at.find('one two three four');
    expect(at.found().count).toBe(1);
    at.find('ab');
    expect(at.found().count).toBe(0);
    at.find('one two');
    expect(at.found().count).toBe(1);
  });

  it('goes forward and back, around both ends', () => {
    const at = open(doc(h(2, 'x1'), p('x2'), ul(li(p('x3')))));
    at.find('x');
    const went = [1, 1, 1, 1, -1, -1].map((step) => {
      at.run(findNext(step as 1 | -1));
      return at.found().at;
    });
    expect(went).toEqual([1, 2, 3, 1, 3, 2]);
  });

  it('offers the selected words', () => {
    const at = open(doc(p('find me here')));
    at.run(selecting(6, 8));
    expect(at.words()).toBe('me');
  });
});

describe('replacing', () => {
  it('replaces one and goes to the next, also when the new words hold the old', () => {
    const at = open(doc(p('ab ab ab')));
    at.find('ab');
    at.cursor(1);
    at.run(replaceFound('abab'));
    expect(at.text()).toEqual(doc(p('ab ab ab')));
    at.run(replaceFound('abab'));
    at.run(replaceFound('x'));
    expect(at.text()).toEqual(doc(p('abab x ab')));
    expect(at.found()).toEqual({ at: 3, count: 3 });
  });

  it('replaces all as one step and keeps emphasis', () => {
    const before = doc(p('the ', text('ministry', 'strong'), ' and the ministry'), ul(li(p('Ministry'))));
    const at = open(before);
    at.find('ministry');
    expect(at.run(replaceAllFound('وزارة'))).toBe(true);
    const after = doc(p('the ', text('وزارة', 'strong'), ' and the وزارة'), ul(li(p('وزارة'))));
    expect(at.text()).toEqual(after);
    at.run(undo);
    expect(at.text()).toEqual(before);
    at.find('nowhere');
    expect(at.run(replaceAllFound('x'))).toBe(false);
  });

  it('takes out what is replaced by nothing', () => {
    const at = open(doc(p('a-b-c')));
    at.find('-');
    at.run(replaceAllFound(''));
    expect(at.text()).toEqual(doc(p('abc')));
  });

  it('finds two hundred thousand characters within reason', () => {
    const at = open(doc(...Array.from({ length: 2000 }, (_, n) => p(`${'وزارة الصِّحَّة '.repeat(6)}${n}`))));
    at.find('الصحة');
    expect(at.found().count).toBe(12_000);
  });
});

describe('finding in a line above the text', () => {
  it('folds as in the text and tells the places as they are written', () => {
    const places = placesInLine('الصِّحّة للجميع، والصحه أولا', { text: 'صحة', exact: false });
    expect(places.map(({ from, to }) => 'الصِّحّة للجميع، والصحه أولا'.slice(from, to))).toEqual(['صِّحّة', 'صحه']);
    expect(placesInLine('', { text: 'a', exact: false })).toEqual([]);
    expect(placesInLine('Health', { text: 'health', exact: true })).toEqual([]);
  });
});
