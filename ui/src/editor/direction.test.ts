import { EditorState, TextSelection } from 'prosemirror-state';
import type { DecorationSet } from 'prosemirror-view';
import { describe, expect, it } from 'vitest';
import {
  cycleDirection,
  directionAt,
  directionPlugin,
  firstStrong,
  otherLanguage,
  setDirection,
} from './direction';
import type { DocumentJson } from './document';
import { readDocument } from './document';
import type { Direction } from './schema';
import { doc, h, li, node, p, run, stateOf, ul } from './testing';

describe('firstStrong', () => {
  it.each([
    ['Health', 'ltr'],
    ['صحة', 'rtl'],
    ['2026 — صحة', 'rtl'],
    ['٢٠٢٦ WHO', 'ltr'],
    ['(WHO) صحة', 'ltr'],
    ['؟! 12', null],
    ['', null],
    ['\u200fWHO', 'rtl'],
    ['\u2068WHO\u2069 صحة', 'rtl'],
    ['עברית', 'rtl'],
    ['汉语', 'ltr'],
    ['ٱلصحة', 'rtl'],
  ])('%s → %s', (text, direction) => {
    expect(firstStrong(text)).toBe(direction);
  });
});

/** Every block's type and direction in the view, in order. */
function shown(state: EditorState, plugin: ReturnType<typeof directionPlugin>): [string, string][] {
  const set = plugin.getState(state) as DecorationSet;
  return set
    .find()
    .sort((a, b) => a.from - b.from || b.to - a.to)
    .map((one) => [
      state.doc.nodeAt(one.from)?.type.name ?? '?',
      (one as unknown as { type: { attrs: { dir: string } } }).type.attrs.dir,
    ]);
}

function open(json: DocumentJson, base: Direction) {
  const plugin = directionPlugin(base, base === 'rtl' ? 'ar' : 'en');
  return { plugin, state: EditorState.create({ doc: readDocument(json), plugins: [plugin] }) };
}

describe('directions in the view', () => {
  it.each<[string, DocumentJson, Direction, [string, string][]]>([
    [
      'a block by its first strong character',
      doc(p('صحة WHO'), p('WHO صحة')),
      'ltr',
      [
        ['paragraph', 'rtl'],
        ['paragraph', 'ltr'],
      ],
    ],
    ['an empty block by the language of the text', doc(p()), 'rtl', [['paragraph', 'rtl']]],
    ['a number by the language of the text', doc(p('2026')), 'rtl', [['paragraph', 'rtl']]],
    [
      'a list by its first strong character, its items each by its own',
      doc(ul(li(p('صحة')), li(p('WHO')), li(p('12')))),
      'ltr',
      [
        ['bullet_list', 'rtl'],
        ['paragraph', 'rtl'],
        ['paragraph', 'ltr'],
        ['paragraph', 'rtl'],
      ],
    ],
    [
      'a table, with numbers running as the table does',
      doc(
        node(
          'table',
          {},
          node('table_row', {}, node('table_header', {}, p('البلد')), node('table_header', {}, p('95%'))),
        ),
      ),
      'ltr',
      [
        ['table', 'rtl'],
        ['paragraph', 'rtl'],
        ['paragraph', 'rtl'],
      ],
    ],
    [
      'a chosen direction wins, inside too',
      doc(node('blockquote', { dir: 'rtl' }, p('WHO'), node('paragraph', { dir: 'ltr' }, 'صحة'))),
      'ltr',
      [
        ['blockquote', 'rtl'],
        ['paragraph', 'rtl'],
        ['paragraph', 'ltr'],
      ],
    ],
    [
      'code does not decide',
      doc(node('blockquote', {}, node('code_block', {}, 'let x'), p('صحة'))),
      'ltr',
      [
        ['blockquote', 'rtl'],
        ['paragraph', 'rtl'],
      ],
    ],
  ])('%s', (_what, json, base, expected) => {
    const { state, plugin } = open(json, base);
    expect(shown(state, plugin)).toEqual(expected);
  });

  it('follows typing, block by block, and ends as if looked at afresh', () => {
    const { state: start, plugin } = open(
      doc(p('WHO'), ul(li(p('a')), li(p('b'))), node('blockquote', {}, p()), h(2, 'x')),
      'ltr',
    );
    let state = start;
    const edit = (change: (tr: EditorState['tr']) => EditorState['tr']) => {
      state = state.apply(change(state.tr));
      const fresh = open(state.doc.toJSON() as DocumentJson, 'ltr');
      expect(shown(state, plugin)).toEqual(shown(fresh.state, fresh.plugin));
    };
    edit((tr) => tr.insertText('صحة ', 1));
    edit((tr) => tr.insertText('ن', 8));
    edit((tr) => tr.split(3));
    edit((tr) => tr.delete(1, 6));
    edit((tr) => tr.setNodeMarkup(0, null, { dir: 'rtl' }));
    edit((tr) => tr.setNodeAttribute(0, 'dir', null));
    edit((tr) => tr.delete(0, tr.doc.content.size));
    edit((tr) => tr.insertText('في', 1));
  });
});

describe('choosing a direction', () => {
  it('cycles automatic, right to left, left to right', () => {
    const first = run(doc(p('a|b')), cycleDirection);
    expect(first).toEqual(doc(node('paragraph', { dir: 'rtl' }, 'ab')));
    expect(run(doc(node('paragraph', { dir: 'rtl' }, '|ab')), cycleDirection)).toEqual(
      doc(node('paragraph', { dir: 'ltr' }, 'ab')),
    );
    expect(run(doc(node('paragraph', { dir: 'ltr' }, '|ab')), cycleDirection)).toEqual(doc(p('ab')));
  });

  it('sets every selected block, and no other', () => {
    expect(run(doc(p('a'), p('b<c'), h(2, 'd>e'), p('f')), setDirection('rtl'))).toEqual(
      doc(
        p('a'),
        node('paragraph', { dir: 'rtl' }, 'bc'),
        node('heading', { level: 2, dir: 'rtl' }, 'de'),
        p('f'),
      ),
    );
  });

  it('sets the outermost list or the table, which is what can be stored', () => {
    expect(run(doc(ul(li(p('a'), ul(li(p('b|')))))), setDirection('rtl'))).toEqual(
      doc(node('bullet_list', { dir: 'rtl' }, li(p('a'), ul(li(p('b')))))),
    );
    expect(
      run(
        doc(node('table', {}, node('table_row', {}, node('table_header', {}, p('a|'))))),
        setDirection('rtl'),
      ),
    ).toEqual(doc(node('table', { dir: 'rtl' }, node('table_row', {}, node('table_header', {}, p('a'))))));
  });

  it('has nothing to set in code', () => {
    expect(run(doc(node('code_block', {}, 'a|')), setDirection('rtl'))).toBeNull();
  });

  it('tells what is shown and whether it was chosen', () => {
    expect(directionAt(stateOf(doc(p('صحة|'))), 'ltr')).toEqual({ shown: 'rtl', chosen: null });
    expect(directionAt(stateOf(doc(node('paragraph', { dir: 'ltr' }, 'صحة|'))), 'rtl')).toEqual({
      shown: 'ltr',
      chosen: 'ltr',
    });
    const empty = EditorState.create({ doc: readDocument(doc(ul(li(p('صحة')), li(p())))) });
    const inEmpty = empty.apply(empty.tr.setSelection(TextSelection.create(empty.doc, 10)));
    expect(directionAt(inEmpty, 'ltr').shown).toBe('rtl');
  });
});

describe('the language of a block', () => {
  it.each<[string, string, string | null]>([
    ['وزارة الصحة', 'en', 'ar'],
    ['وزارة الصحة', 'ar', null],
    ['The ministry of health counted doses for all', 'ar', 'en'],
    ['Le ministère de la Santé est dans la ville', 'ar', 'fr'],
    ['Le ministère de la Santé est dans la ville', 'en', 'fr'],
    ['The ministry of health, in the city', 'fr', 'en'],
    ['WHO DHIS2 2026', 'ar', null],
    ['The quick', 'en', null],
  ])('of “%s” in a text in %s', (words, lang, expected) => {
    expect(otherLanguage(readDocument(doc(p(words))).child(0), lang)).toBe(expected);
  });
});
