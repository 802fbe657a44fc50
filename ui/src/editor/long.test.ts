import { EditorState, type Transaction } from 'prosemirror-state';
import { DecorationSet, EditorView } from 'prosemirror-view';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { directionPlugin } from './direction';
import { type DocumentJson, readDocument, writeDocument } from './document';
import { find, findPlugin } from './find';
import { isolates } from './isolate';
import { doc, h, li, node, p, ul } from './testing';

// What a key in a long text may cost: work on the block that changed, and on no other.

vi.mock('./isolate', async (original) => {
  const real = await original<typeof import('./isolate')>();
  return { ...real, isolates: vi.fn(real.isolates) };
});

let views: EditorView[] = [];
afterEach(() => {
  for (const view of views) view.destroy();
  views = [];
});

function shown(state: EditorState, decorations?: (state: EditorState) => DecorationSet): EditorView {
  const view = new EditorView(document.createElement('div'), { state, decorations });
  views.push(view);
  return view;
}

const cell = (type: string, words: string) => node(type, {}, p(words));
const mixed: DocumentJson = doc(
  h(2, 'Vaccination التطعيم'),
  p('سجّلت الفرق في 2026-11-23 على info@example.org وكتبت WHO، UNICEF، IFRC.'),
  p('The ministry of health, and the plan of the وزارة، منظمة (2140)'),
  ul(li(p('first'), ul(li(p('المراكز +962 6 123 4567')), li(p('12')))), li(p())),
  node('blockquote', { dir: 'rtl' }, p('WHO'), node('paragraph', { dir: 'ltr' }, 'صحة'), p()),
  node(
    'table',
    {},
    node('table_row', {}, cell('table_header', 'المحافظة'), cell('table_header', '95%')),
    node('table_row', {}, cell('table_cell', 'North'), node('table_cell', {}, p())),
  ),
  node('code_block', {}, 'let صحة'),
  p(),
);

describe('a key in a long text', () => {
  it('has only the changed block looked at', () => {
    const blocks = Array.from({ length: 300 }, (_, at) => p(`الفرق في 2026-11-${at} على info@example.org`));
    const list = ul(...Array.from({ length: 300 }, (_, at) => li(p(`البند ${at} من WHO`))));
    const plugin = directionPlugin('rtl', 'ar');
    const view = shown(EditorState.create({ doc: readDocument(doc(...blocks, list)), plugins: [plugin] }));
    const looked = vi.mocked(isolates);
    const seenAt = (at: number) => {
      looked.mockClear();
      view.dispatch(view.state.tr.insertText('ن', at));
      return looked.mock.calls.map(([words]) => words);
    };
    expect(seenAt(1)).toEqual(['نالفرق في 2026-11-0 على info@example.org']);
    const inList = view.state.doc.content.size - 4;
    const item = view.state.doc.resolve(inList).parent.textContent;
    expect(seenAt(inList)).toEqual([`${item.slice(0, -1)}ن${item.slice(-1)}`]);
    // Moving the cursor changes no block.
    looked.mockClear();
    view.dispatch(view.state.tr.setMeta('moved', true));
    expect(looked).not.toHaveBeenCalled();
  });

  it('is written down anew for that block only, and tells the whole text', () => {
    const before = EditorState.create({ doc: readDocument(mixed) });
    const first = writeDocument(before.doc);
    const after = before.apply(before.tr.insertText('!', 1));
    const second = writeDocument(after.doc);
    expect(second.content?.[0]).not.toEqual(first.content?.[0]);
    for (const [at, block] of (first.content ?? []).entries()) {
      if (at > 0) expect(second.content?.[at]).toBe(block);
    }
    expect(readDocument(second).eq(after.doc.cut(0, after.doc.content.size - 2))).toBe(true);
  });
});

describe('directions answered block by block', () => {
  const edits: [string, (tr: Transaction) => Transaction][] = [
    ['as it was opened', (tr) => tr],
    ['a word of the other script at the beginning', (tr) => tr.insertText('صحة ', 1)],
    ['an address in a paragraph', (tr) => tr.insertText(' www.example.org ', 40)],
    ['a block in two', (tr) => tr.split(30)],
    ['a chosen direction', (tr) => tr.setNodeAttribute(0, 'dir', 'rtl')],
    ['no chosen direction', (tr) => tr.setNodeAttribute(0, 'dir', null)],
    ['blocks taken away', (tr) => tr.delete(0, tr.doc.child(0).nodeSize + tr.doc.child(1).nodeSize)],
    ['the text put in anew', (tr) => tr.replaceWith(0, tr.doc.content.size, readDocument(mixed).content)],
  ];

  it('draw what an ordinary set of the same decorations draws, with words found among them', () => {
    const plugin = directionPlugin('rtl', 'ar');
    const finding = findPlugin();
    let state = EditorState.create({ doc: readDocument(mixed), plugins: [plugin, finding] });
    const ours = shown(state);
    const look = (next: EditorState) => {
      state = next;
      ours.updateState(state);
      const ordinary = DecorationSet.create(state.doc, plugin.getState(state)?.find() ?? []);
      const marks = finding.props.decorations?.call(finding, state) as DecorationSet | undefined;
      const fresh = shown(
        EditorState.create({ doc: state.doc }),
        marks ? () => ordinary.add(state.doc, marks.find()) : () => ordinary,
      );
      expect(ours.dom.innerHTML).toBe(fresh.dom.innerHTML);
      return fresh.dom;
    };
    for (const [, edit] of edits) look(state.apply(edit(state.tr)));
    expect(look(state).querySelectorAll('bdi').length).toBeGreaterThan(5);
    let searched = state;
    find({ text: 'WHO', exact: true })(state, (tr) => {
      searched = state.apply(tr);
    });
    look(searched);
    for (const [, edit] of edits) look(state.apply(edit(state.tr)));
  });

  it('are an ordinary set to whoever maps them or changes them', () => {
    const plugin = directionPlugin('rtl', 'ar');
    const state = EditorState.create({ doc: readDocument(mixed), plugins: [plugin] });
    const set = plugin.getState(state) as DecorationSet;
    const all = set.find();
    const places = (some: { from: number; to: number }[]) => some.map(({ from, to }) => [from, to]);
    const tr = state.tr.insertText('!', 1);
    const [first, ...rest] = places(all);
    expect(places(set.map(tr.mapping, tr.doc).find())).toEqual([
      [first?.[0], (first?.[1] ?? 0) + 1],
      ...rest.map(([from = 0, to = 0]) => [from + 1, to + 1]),
    ]);
    expect(set.remove(set.find()).find()).toEqual([]);
    expect(set.add(state.doc, []).find()).toHaveLength(all.length);
  });
});
