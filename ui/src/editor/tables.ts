import { Fragment, type Node, DOMParser as SchemaParser } from 'prosemirror-model';
import {
  type Command,
  type EditorState,
  NodeSelection,
  Plugin,
  TextSelection,
  type Transaction,
} from 'prosemirror-state';
import {
  addColumnAfter,
  addColumnBefore,
  addRowAfter,
  addRowBefore,
  CellSelection,
  deleteColumn,
  deleteRow,
  deleteTable,
  goToNextCell,
  isInTable,
  moveTableColumn,
  moveTableRow,
  selectedRect,
  splitCell,
  tableEditing,
} from 'prosemirror-tables';
import { around, insertBreak, nodeType } from './commands';
import { type Align, schema } from './schema';

/** Rows and columns a new table has, heading row included. */
export const NEW_TABLE = { rows: 3, columns: 3 };

export type TableChange =
  | 'row_before'
  | 'row_after'
  | 'column_before'
  | 'column_after'
  | 'row_up'
  | 'row_down'
  | 'column_back'
  | 'column_on'
  | 'merge'
  | 'split'
  | 'header_row'
  | 'header_column'
  | 'delete_row'
  | 'delete_column'
  | 'delete_table';

/** Moves the row or column of the cursor by one. At the edge of the table it does not apply. */
function move(what: 'row' | 'column', by: 1 | -1): Command {
  return (state, dispatch) => {
    if (!isInTable(state)) return false;
    const { map, top, left } = selectedRect(state);
    const from = what === 'row' ? top : left;
    const to = from + by;
    if (to < 0 || to >= (what === 'row' ? map.height : map.width)) return false;
    const command = what === 'row' ? moveTableRow : moveTableColumn;
    return command({ from, to })(state, dispatch);
  };
}

const isEmptyCell = (cell: Node): boolean => cell.childCount === 1 && cell.firstChild?.content.size === 0;

/** Makes the selected cells one; what was in them stands there line by line. */
const merge: Command = (state, dispatch) => {
  const { selection } = state;
  if (!(selection instanceof CellSelection) || selection.$anchorCell.pos === selection.$headCell.pos)
    return false;
  const { map, table, tableStart, left, right, top, bottom } = selectedRect(state);
  const places = map.cellsInRect({ left, right, top, bottom });
  const [first] = places;
  const inside = places.every((place) => {
    const cell = map.findCell(place);
    return cell.left >= left && cell.right <= right && cell.top >= top && cell.bottom <= bottom;
  });
  if (first === undefined || places.length < 2 || !inside) return false;
  if (dispatch) {
    const cells = places.flatMap((place) => table.nodeAt(place) ?? []);
    const lines = cells.filter((cell) => !isEmptyCell(cell)).flatMap((cell) => cell.firstChild ?? []);
    const line = lines.reduce(
      (all, one, index) =>
        (index > 0 ? all.addToEnd(nodeType('hard_break').create()) : all).append(one.content),
      Fragment.empty,
    );
    const tr = state.tr;
    for (const place of places.slice(1).reverse()) {
      tr.delete(tableStart + place, tableStart + place + (table.nodeAt(place)?.nodeSize ?? 0));
    }
    const lead = table.nodeAt(first);
    const attrs = { ...lead?.attrs, colspan: right - left, rowspan: bottom - top, colwidth: null };
    const paragraph = nodeType('paragraph').create(null, line);
    const merged = (lead?.type ?? nodeType('table_cell')).create(attrs, paragraph);
    tr.replaceWith(tableStart + first, tableStart + first + (lead?.nodeSize ?? 0), merged);
    tr.setSelection(TextSelection.create(tr.doc, tableStart + first + 2 + paragraph.content.size));
    dispatch(tr.scrollIntoView());
  }
  return true;
};

/** Makes headings of the row or column of the cursor (of each that is selected), or ordinary cells of headings. */
function toggleHeader(what: 'row' | 'column'): Command {
  return (state, dispatch) => {
    if (!isInTable(state)) return false;
    if (dispatch) {
      const { map, table, tableStart, left, right, top, bottom } = selectedRect(state);
      const rect =
        what === 'row'
          ? { left: 0, right: map.width, top, bottom }
          : { left, right, top: 0, bottom: map.height };
      const places = map.cellsInRect(rect);
      const header = nodeType('table_header');
      const wanted = places.every((place) => table.nodeAt(place)?.type === header)
        ? nodeType('table_cell')
        : header;
      const tr = state.tr;
      for (const place of places) tr.setNodeMarkup(tableStart + place, wanted, table.nodeAt(place)?.attrs);
      tr.setNodeAttribute(tableStart - 1, 'free', true);
      dispatch(tr);
    }
    return true;
  };
}

const changes: Record<TableChange, Command> = {
  row_before: addRowBefore,
  row_after: addRowAfter,
  column_before: addColumnBefore,
  column_after: addColumnAfter,
  row_up: move('row', -1),
  row_down: move('row', 1),
  column_back: move('column', -1),
  column_on: move('column', 1),
  merge,
  split: splitCell,
  header_row: toggleHeader('row'),
  header_column: toggleHeader('column'),
  delete_row: deleteRow,
  delete_column: deleteColumn,
  delete_table: deleteTable,
};

/** A change to the table around the cursor; false outside a table. */
export function changeTable(change: TableChange): Command {
  return changes[change];
}

/** Merges the selected cells, or takes a merged one apart. */
export const mergeOrSplit: Command = (state, dispatch, view) =>
  isInTable(state) && (merge(state, dispatch, view) || splitCell(state, dispatch));

/** Which of the two would do something here. */
export function canMerge(state: EditorState): 'merge' | 'split' | null {
  if (!isInTable(state)) return null;
  if (merge(state)) return 'merge';
  return splitCell(state) ? 'split' : null;
}

const TABLE_SOURCE = /^\s*<table\b[\s\S]*<\/table>\s*$/i;

/** The table that kept HTML would be; null for any other source, and where a word of it would be lost. */
export function tableOfSource(source: string): Node | null {
  if (!TABLE_SOURCE.test(source) || source.match(/<table\b/gi)?.length !== 1) return null;
  // A document of its own: nothing in it runs or loads.
  const { body } = new DOMParser().parseFromString(source, 'text/html');
  const parsed = SchemaParser.fromSchema(schema).parse(body);
  const table = parsed.firstChild;
  if (parsed.childCount !== 1 || table?.type.name !== 'table') return null;
  const letters = (text: string | null) => (text ?? '').replace(/\s+/g, '');
  if (letters(table.textContent) !== letters(body.textContent)) return null;
  if (cellsOfTable(table).length !== body.querySelectorAll('td, th').length) return null;
  return table.type.create({ ...table.attrs, free: true }, table.content);
}

/** Makes kept HTML that is a table one that can be edited. */
export const openTable: Command = (state, dispatch) => {
  const { selection } = state;
  if (!(selection instanceof NodeSelection) || selection.node.type.name !== 'opaque_block') return false;
  const table = tableOfSource(selection.node.attrs.source as string);
  if (!table) return false;
  if (dispatch) {
    const tr = state.tr.replaceWith(selection.from, selection.to, table);
    dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(selection.from + 4))).scrollIntoView());
  }
  return true;
};

export function insertTable(rows = NEW_TABLE.rows, columns = NEW_TABLE.columns): Command {
  return (state, dispatch) => {
    if (isInTable(state)) return false;
    if (dispatch) {
      const cells = (name: 'table_header' | 'table_cell') =>
        Array.from({ length: columns }, () => nodeType(name).create(null, nodeType('paragraph').create()));
      const table = nodeType('table').create(
        null,
        Array.from({ length: rows }, (_, row) =>
          nodeType('table_row').create(null, cells(row === 0 ? 'table_header' : 'table_cell')),
        ),
      );
      const tr = state.tr.replaceSelectionWith(table);
      const start = findBefore(tr, table);
      if (start >= 0) tr.setSelection(TextSelection.near(tr.doc.resolve(start + 4)));
      dispatch(tr.scrollIntoView());
    }
    return true;
  };
}

function findBefore(tr: Transaction, table: Node): number {
  let at = -1;
  tr.doc.descendants((node, pos) => {
    if (node === table) at = pos;
    return at < 0 && !node.isTextblock;
  });
  return at;
}

/** A range copied as plain text from a spreadsheet, as a table; null for any other text. */
export function cellsOf(text: string): Node | null {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  const rows = lines.map((line) => line.split('\t'));
  const columns = rows[0]?.length ?? 0;
  if (columns < 2 || rows.some((row) => row.length !== columns)) return null;
  const cell = (words: string, name: string) =>
    nodeType(name).create(
      null,
      nodeType('paragraph').create(null, words.trim() === '' ? null : schema.text(words.trim())),
    );
  return nodeType('table').create(
    null,
    rows.map((row, index) =>
      nodeType('table_row').create(
        null,
        row.map((words) => cell(words, index === 0 ? 'table_header' : 'table_cell')),
      ),
    ),
  );
}

/** The alignment of the column the cursor is in; undefined outside a table. */
export function columnAlign(state: EditorState): Align | undefined {
  const cell = around(
    state,
    (node) => node.type.spec.tableRole === 'cell' || node.type.spec.tableRole === 'header_cell',
  );
  return cell ? (cell.node.attrs.align as Align) : undefined;
}

/** Markdown aligns whole columns, so every cell of the selected ones changes. */
export function alignColumns(align: Align): Command {
  return (state, dispatch) => {
    if (!isInTable(state)) return false;
    if (dispatch) {
      const { map, tableStart, left, right, table } = selectedRect(state);
      const tr = state.tr;
      for (const cell of map.cellsInRect({ left, right, top: 0, bottom: map.height })) {
        const node = table.nodeAt(cell);
        if (node) tr.setNodeMarkup(tableStart + cell, null, { ...node.attrs, align });
      }
      dispatch(tr);
    }
    return true;
  };
}

/** Enter in a cell: a cell holds one paragraph, so a new line is a line break. */
export const breakInCell: Command = (state, dispatch, view) =>
  isInTable(state) ? insertBreak(state, dispatch, view) : false;

/** To the next cell; from the last one into a new row. */
export const nextCell: Command = (state, dispatch, view) => {
  if (!isInTable(state)) return false;
  if (goToNextCell(1)(state, dispatch)) return true;
  if (!view) return false;
  addRowAfter(view.state, view.dispatch);
  return goToNextCell(1)(view.state, view.dispatch);
};

export const previousCell: Command = (state, dispatch) => goToNextCell(-1)(state, dispatch);

const spans = (cell: Node): boolean => cell.attrs.colspan !== 1 || cell.attrs.rowspan !== 1;

function cellsOfTable(table: Node): { cell: Node; row: number; column: number; pos: number }[] {
  const cells: { cell: Node; row: number; column: number; pos: number }[] = [];
  table.forEach((line, rowOffset, row) => {
    line.forEach((cell, cellOffset, column) => {
      cells.push({ cell, row, column, pos: 2 + rowOffset + cellOffset });
    });
  });
  return cells;
}

/** Takes rows out in which no cell begins: nothing can be written there, and nobody sees them. */
function dropCoveredRows(tr: Transaction, table: Node, pos: number): boolean {
  const covered: number[] = [];
  table.forEach((row, _offset, index) => {
    if (row.childCount === 0) covered.push(index);
  });
  if (covered.length === 0) return false;
  if (covered.length === table.childCount) {
    tr.delete(pos, pos + table.nodeSize);
    return true;
  }
  for (const { cell, row, pos: at } of cellsOfTable(table)) {
    const rowspan = cell.attrs.rowspan as number;
    const fewer = covered.filter((one) => one > row && one < row + rowspan).length;
    if (fewer > 0) tr.setNodeAttribute(pos + at, 'rowspan', rowspan - fewer);
  }
  for (const index of covered.reverse()) {
    let at = pos + 1;
    for (let row = 0; row < index; row += 1) at += table.child(row).nodeSize;
    tr.delete(at, at + table.child(index).nodeSize);
  }
  return true;
}

/** Whether Markdown's own table can hold it: no merged cell, headings in the first row and only there. */
function isPlain(table: Node): boolean {
  const first = table.firstChild;
  return cellsOfTable(table).every(
    ({ cell, row, column }) =>
      !spans(cell) &&
      (cell.type.name === 'table_header') === (row === 0) &&
      cell.attrs.align === first?.maybeChild(column)?.attrs.align,
  );
}

/**
 * Keeps a table what can be stored. One of Markdown's own has headings in the first row and only there and one
 * alignment for each column: whatever command or paste broke that, this repairs it in the same undo step. One with
 * merged cells, or one whose headings somebody put elsewhere, is free of that until it could be Markdown's own again.
 */
function repair(tr: Transaction, table: Node, pos: number): void {
  if (dropCoveredRows(tr, table, pos)) {
    const rest = tr.doc.nodeAt(pos);
    if (rest?.type.name === 'table') repair(tr, rest, pos);
    return;
  }
  const first = table.firstChild;
  if (!first) return;
  const cells = cellsOfTable(table);
  const free = cells.some(({ cell }) => spans(cell)) || (table.attrs.free === true && !isPlain(table));
  if (free !== table.attrs.free) tr.setNodeAttribute(pos, 'free', free);
  if (free) return;
  const header = nodeType('table_header');
  const ordinary = nodeType('table_cell');
  for (const { cell, row, column, pos: at } of cells) {
    const wanted = row === 0 ? header : ordinary;
    const align = (first.maybeChild(column)?.attrs.align ?? cell.attrs.align) as Align;
    if (cell.type === wanted && cell.attrs.align === align) continue;
    tr.setNodeMarkup(pos + at, wanted, { ...cell.attrs, align });
  }
}

export function tablePlugins(): Plugin[] {
  return [
    new Plugin({
      appendTransaction(transactions, before, after) {
        if (!transactions.some((tr) => tr.docChanged)) return null;
        const known = new Set<Node>();
        before.doc.descendants((node) => {
          if (node.type.name === 'table') known.add(node);
          return !node.isTextblock && node.type.name !== 'table';
        });
        const tr = after.tr;
        after.doc.descendants((node, pos) => {
          if (node.type.name === 'table' && !known.has(node)) repair(tr, node, tr.mapping.map(pos));
          return !node.isTextblock && node.type.name !== 'table';
        });
        return tr.docChanged ? tr : null;
      },
    }),
    tableEditing({ allowTableNodeSelection: true }),
  ];
}
