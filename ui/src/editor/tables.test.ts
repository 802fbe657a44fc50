import { EditorState, NodeSelection } from 'prosemirror-state';
import { CellSelection } from 'prosemirror-tables';
import { describe, expect, it } from 'vitest';
import type { DocumentJson } from './document';
import { readDocument, writeDocument } from './document';
import { changeTable, mergeOrSplit, openTable, tableOfSource, tablePlugins } from './tables';
import { doc, node, p, plain } from './testing';

const cell = (words: string, attrs = {}) => node('table_cell', attrs, words === '' ? p() : p(words));
const head = (words: string, attrs = {}) => node('table_header', attrs, words === '' ? p() : p(words));
const row = (...cells: DocumentJson[]) => node('table_row', {}, ...cells);
const table = (...rows: DocumentJson[]) => doc(node('table', {}, ...rows));
const free = (...rows: DocumentJson[]) => doc(node('table', { free: true }, ...rows));
const lines = (...words: string[]) =>
  words.flatMap((one, index) => (index > 0 ? [node('hard_break', {}), one] : [one]));

/** What a command makes of a table whose cells from the one saying `from` to the one saying `to` are selected. */
function edit(
  json: DocumentJson,
  [from, to]: [string, string],
  ...commands: ReturnType<typeof changeTable>[]
): DocumentJson | null {
  let state = EditorState.create({ doc: readDocument(json), plugins: tablePlugins() });
  const at = (words: string) => {
    let found = -1;
    state.doc.descendants((one, pos) => {
      if (one.type.spec.tableRole?.includes('cell') && one.textContent === words) found = pos;
      return found < 0;
    });
    return found;
  };
  state = state.apply(state.tr.setSelection(CellSelection.create(state.doc, at(from), at(to))));
  for (const command of commands) {
    if (!command(state, (tr) => (state = state.apply(tr)))) return null;
  }
  return plain(writeDocument(state.doc));
}

describe('merged cells', () => {
  const small = table(row(head('a'), head('b')), row(cell('c'), cell('d')), row(cell('e'), cell('f')));

  it('become one with all their words, and come apart again', () => {
    const merged = free(
      row(head('a'), head('b')),
      row(node('table_cell', { rowspan: 2 }, node('paragraph', {}, ...lines('c', 'e'))), cell('d')),
      row(cell('f')),
    );
    expect(edit(small, ['c', 'e'], mergeOrSplit)).toEqual(merged);
    expect(edit(small, ['c', 'e'], mergeOrSplit, mergeOrSplit)).toEqual(
      table(
        row(head('a'), head('b')),
        row(node('table_cell', {}, node('paragraph', {}, ...lines('c', 'e'))), cell('d')),
        row(cell(''), cell('f')),
      ),
    );
  });

  it('leave no row that only others reach into', () => {
    expect(edit(small, ['c', 'f'], changeTable('merge'))).toEqual(
      free(
        row(head('a'), head('b')),
        row(node('table_cell', { colspan: 2 }, node('paragraph', {}, ...lines('c', 'd', 'e', 'f')))),
      ),
    );
    // Everything in one cell is still a table with a place to write.
    const all = edit(small, ['a', 'f'], changeTable('merge'));
    expect(all?.content?.[0]?.content?.length).toBe(1);
  });

  it('are not made of one cell, nor of half of another', () => {
    expect(edit(small, ['c', 'c'], changeTable('merge'))).toBeNull();
    expect(edit(small, ['c', 'c'], changeTable('split'))).toBeNull();
  });

  it('survive rows and columns that come and go', () => {
    const merged = free(row(head('a', { colspan: 2 })), row(cell('c'), cell('d')));
    expect(edit(merged, ['d', 'd'], changeTable('column_after'))).toEqual(
      free(row(head('a', { colspan: 2 }), head('')), row(cell('c'), cell('d'), cell(''))),
    );
    // Without the column there is nothing merged: it is one of Markdown's own again.
    expect(edit(merged, ['d', 'd'], changeTable('delete_column'))).toEqual(
      table(row(head('a')), row(cell('c'))),
    );
  });
});

describe('headings elsewhere than in the first row', () => {
  const small = table(row(head('a'), head('b')), row(cell('c'), cell('d')));

  it('are a wish of the person, and are taken back', () => {
    const beside = free(row(head('a'), head('b')), row(head('c'), cell('d')));
    expect(edit(small, ['c', 'c'], changeTable('header_column'))).toEqual(beside);
    expect(edit(beside, ['c', 'c'], changeTable('header_row'))).toEqual(
      free(row(head('a'), head('b')), row(head('c'), head('d'))),
    );
    expect(edit(small, ['c', 'd'], changeTable('header_row'), changeTable('header_row'))).toEqual(small);
  });
});

describe('kept HTML', () => {
  const source =
    '<table dir="rtl">\n<tr><th colspan="2">a <b>b</b></th></tr>\n<tr><td>c</td><td>d</td></tr></table>';

  it('that is a table can become one to edit', () => {
    let state = EditorState.create({
      doc: readDocument(doc(node('opaque_block', { source }), p('x'))),
      plugins: tablePlugins(),
    });
    state = state.apply(state.tr.setSelection(NodeSelection.create(state.doc, 0)));
    expect(openTable(state, (tr) => (state = state.apply(tr)))).toBe(true);
    const made = plain(writeDocument(state.doc)).content?.[0];
    expect(made?.attrs).toEqual({ free: true, dir: 'rtl' });
    expect(made?.content?.[0]?.content?.[0]?.attrs).toEqual({ colspan: 2 });
  });

  it.each([
    ['other HTML', '<div>x</div>'],
    ['a table within a table', '<table><tr><td><table><tr><td>x</td></tr></table></td></tr></table>'],
    ['words beside the cells', '<table><caption>x</caption><tr><td>y</td></tr></table>'],
  ])('%s stays as it is', (_name, html) => {
    expect(tableOfSource(html)).toBeNull();
  });
});
