import { EditorState, TextSelection } from 'prosemirror-state';
import { describe, expect, it } from 'vitest';
import {
  clearFormatting,
  insertFootnote,
  linkAt,
  setLink,
  setTextStyle,
  sizePicture,
  toggleEmphasis,
  toggleList,
  toggleQuote,
} from './commands';
import { type DocumentJson, readDocument, writeDocument } from './document';
import { alignColumns, changeTable, insertTable, tablePlugins } from './tables';
import { doc, h, li, node, p, plain, run, stateOf, text, ul } from './testing';

const linked = (value: string, href = 'https://example.org'): DocumentJson => ({
  type: 'text',
  text: value,
  marks: [{ type: 'link', attrs: { href } }],
});

describe('text styles', () => {
  it.each<[string, DocumentJson, ReturnType<typeof setTextStyle>, DocumentJson]>([
    ['heading', doc(p('a|')), setTextStyle(2), doc(h(2, 'a'))],
    ['back to paragraph', doc(h(2, 'a|')), setTextStyle(0), doc(p('a'))],
    [
      'a heading keeps the chosen direction',
      doc(node('paragraph', { dir: 'rtl' }, 'a|')),
      setTextStyle(3),
      doc(node('heading', { level: 3, dir: 'rtl' }, 'a')),
    ],
    ['bold', doc(p('a<b>c')), toggleEmphasis('strong'), doc(p('a', text('b', 'strong'), 'c'))],
    ['quote', doc(p('a|')), toggleQuote, doc(node('blockquote', {}, p('a')))],
    ['out of a quote', doc(node('blockquote', {}, p('a|'))), toggleQuote, doc(p('a'))],
    ['list', doc(p('a|')), toggleList('bullet_list'), doc(ul(li(p('a'))))],
    ['out of a list', doc(ul(li(p('a|')))), toggleList('bullet_list'), doc(p('a'))],
    [
      'the other list',
      doc(ul(li(p('a|')))),
      toggleList('ordered_list'),
      doc(node('ordered_list', {}, li(p('a')))),
    ],
    [
      'clear',
      doc(node('heading', { level: 2, dir: 'ltr' }, text('a|', 'strong'), linked('b'))),
      clearFormatting,
      doc(p('ab')),
    ],
  ])('%s', (_what, before, command, after) => {
    expect(run(before, command)).toEqual(after);
  });
});

describe('links', () => {
  it('links a selection, changes and removes what is under the cursor, writes new text', () => {
    expect(run(doc(p('<ab>')), setLink('example.org'))).toEqual(doc(p(linked('ab'))));
    expect(run(doc(p('x', linked('a|b'))), setLink('https://b.example'))).toEqual(
      doc(p('x', linked('ab', 'https://b.example'))),
    );
    expect(run(doc(p('x', linked('a|b'))), setLink(''))).toEqual(doc(p('xab')));
    expect(run(doc(p('x|')), setLink('example.org', 'Example'))).toEqual(doc(p('x', linked('Example'))));
    expect(run(doc(p('<ab>')), setLink('javascript:alert(1)'))).toBeNull();
  });

  it('gives a link a title and keeps it', () => {
    const titled = run(doc(p('<ab>')), setLink('example.org', '', ' Report '));
    expect(titled?.content?.[0]?.content?.[0]?.marks?.[0]?.attrs).toEqual({
      href: 'https://example.org',
      title: 'Report',
    });
  });

  it('finds the whole link even when part of it is bold', () => {
    const bold = { ...linked('b'), marks: [...(linked('b').marks ?? []), { type: 'strong' }] };
    const found = linkAt(stateOf(doc(p('x', linked('a|'), bold, 'y'))));
    expect(found).toEqual({ href: 'https://example.org', title: '', from: 2, to: 4 });
    expect(linkAt(stateOf(doc(p('x|y'))))).toBeNull();
  });
});

describe('footnotes', () => {
  it('numbers after the last and puts the note at the end', () => {
    const before = doc(
      p('a|', { type: 'footnote_reference', attrs: { label: '4' } }),
      node('footnote_definition', { label: '4' }, p('old')),
    );
    const after = run(before, insertFootnote);
    expect(after?.content?.at(-1)).toEqual(node('footnote_definition', { label: '5' }, p()));
    expect(after?.content?.[0]?.content?.[1]).toEqual({ type: 'footnote_reference', attrs: { label: '5' } });
  });
});

describe('tables', () => {
  const cell = (value: string, attrs = {}) => node('table_cell', attrs, value ? p(value) : p());
  const head = (value: string, attrs = {}) => node('table_header', attrs, value ? p(value) : p());
  const row = (...cells: DocumentJson[]) => node('table_row', {}, ...cells);
  const table = (...rows: DocumentJson[]) => doc(node('table', {}, ...rows));

  /** Runs a command in a state that also repairs tables, as the editor does. */
  function edit(json: DocumentJson, command: ReturnType<typeof changeTable>): DocumentJson | null {
    const at = stateOf(json);
    let state = EditorState.create({ doc: at.doc, selection: at.selection, plugins: tablePlugins() });
    const done = command(state, (tr) => {
      state = state.apply(tr);
    });
    return done ? plain(writeDocument(state.doc)) : null;
  }

  it('inserts one with a row of headings and the cursor in its first cell', () => {
    let state = stateOf(doc(p('|')));
    insertTable(2, 2)(state, (tr) => {
      state = state.apply(tr);
    });
    expect(plain(writeDocument(state.doc)).content?.[0]).toEqual(
      node('table', {}, row(head(''), head('')), row(cell(''), cell(''))),
    );
    expect(state.selection.$from.node(-1).type.name).toBe('table_header');
    expect(state.selection.$from.index(-2)).toBe(0);
  });

  it('keeps the headings in the first row when rows come and go', () => {
    const before = table(row(head('a|')), row(cell('b')));
    expect(edit(before, changeTable('row_before'))).toEqual(
      table(row(head('')), row(cell('a')), row(cell('b'))),
    );
    expect(edit(before, changeTable('delete_row'))).toEqual(table(row(head('b'))));
    expect(edit(before, changeTable('row_after'))).toEqual(
      table(row(head('a')), row(cell('')), row(cell('b'))),
    );
  });

  it('adds, removes and aligns whole columns', () => {
    const before = table(row(head('a'), head('b|')), row(cell('c'), cell('d')));
    expect(edit(before, changeTable('delete_column'))).toEqual(table(row(head('a')), row(cell('c'))));
    expect(edit(before, alignColumns('right'))).toEqual(
      table(row(head('a'), head('b', { align: 'right' })), row(cell('c'), cell('d', { align: 'right' }))),
    );
    const added = edit(before, changeTable('column_after'));
    expect(added?.content?.[0]?.content?.map((one) => one.content?.length)).toEqual([3, 3]);
  });

  it('moves rows and columns, the headings staying where headings are', () => {
    const before = table(row(head('a'), head('b')), row(cell('c|'), cell('d')), row(cell('e'), cell('f')));
    expect(edit(before, changeTable('row_down'))).toEqual(
      table(row(head('a'), head('b')), row(cell('e'), cell('f')), row(cell('c'), cell('d'))),
    );
    expect(edit(before, changeTable('row_up'))).toEqual(
      table(row(head('c'), head('d')), row(cell('a'), cell('b')), row(cell('e'), cell('f'))),
    );
    expect(edit(before, changeTable('column_on'))).toEqual(
      table(row(head('b'), head('a')), row(cell('d'), cell('c')), row(cell('f'), cell('e'))),
    );
    expect(edit(before, changeTable('column_back'))).toBeNull();
  });

  it('does nothing outside a table', () => {
    expect(edit(doc(p('a|')), changeTable('row_after'))).toBeNull();
  });

  it('opens a document whose cursor starts in a table', () => {
    const state = EditorState.create({ doc: readDocument(table(row(head('a')))) });
    expect(state.selection instanceof TextSelection).toBe(true);
  });
});

describe('links to other pieces and sizes of pictures', () => {
  const draft = 'qalam:draft/0197a1b2-0000-7000-8000-000000000001';

  it('a link leads to a piece by its id, and to nothing that only looks like one', () => {
    const linked = run(doc(p('see <this>')), setLink(draft));
    expect(linked?.content?.[0]?.content?.[1]?.marks).toEqual([{ type: 'link', attrs: { href: draft } }]);
    expect(run(doc(p('see <this>')), setLink('qalam:draft/this'))).toBeNull();
    expect(run(doc(p('see |')), setLink(draft, 'The other'))?.content?.[0]?.content?.[1]?.text).toBe(
      'The other',
    );
  });

  it('a picture is shown smaller and as wide as it is again', () => {
    const picture = (attrs: object) => doc(p(node('image', { src: 'qalam:aa', alt: 'a', ...attrs })));
    expect(run(picture({}), sizePicture(1, 'small'))).toEqual(picture({ size: 'small' }));
    expect(run(picture({ size: 'small' }), sizePicture(1, ''))).toEqual(picture({}));
    expect(run(doc(p('x')), sizePicture(1, 'small'))).toBeNull();
  });
});
