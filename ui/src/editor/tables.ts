import type { Node } from 'prosemirror-model';
import { type Command, type EditorState, Plugin, TextSelection, type Transaction } from 'prosemirror-state';
import {
  addColumnAfter,
  addColumnBefore,
  addRowAfter,
  addRowBefore,
  deleteColumn,
  deleteRow,
  deleteTable,
  goToNextCell,
  isInTable,
  moveTableColumn,
  moveTableRow,
  selectedRect,
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

const changes: Record<TableChange, Command> = {
  row_before: addRowBefore,
  row_after: addRowAfter,
  column_before: addColumnBefore,
  column_after: addColumnAfter,
  row_up: move('row', -1),
  row_down: move('row', 1),
  column_back: move('column', -1),
  column_on: move('column', 1),
  delete_row: deleteRow,
  delete_column: deleteColumn,
  delete_table: deleteTable,
};

/** A change to the table around the cursor; false outside a table. */
export function changeTable(change: TableChange): Command {
  return changes[change];
}

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

/**
 * Keeps tables what Markdown can hold: headings in the first row and only there, one alignment for each column, no
 * cell across several. Whatever command or paste broke it, this repairs it in the same undo step.
 */
function repair(tr: Transaction, table: Node, pos: number): void {
  const first = table.firstChild;
  if (!first) return;
  const header = nodeType('table_header');
  const ordinary = nodeType('table_cell');
  table.forEach((row, rowOffset, rowIndex) => {
    const wanted = rowIndex === 0 ? header : ordinary;
    row.forEach((cell, cellOffset, columnIndex) => {
      const spans = cell.attrs.colspan !== 1 || cell.attrs.rowspan !== 1;
      const lead = columnIndex < first.childCount ? first.child(columnIndex) : null;
      const align = lead && !spans ? (lead.attrs.align as Align) : (cell.attrs.align as Align);
      if (cell.type === wanted && cell.attrs.align === align) return;
      tr.setNodeMarkup(pos + 2 + rowOffset + cellOffset, wanted, { ...cell.attrs, align });
    });
  });
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
          if (node.type.name === 'table' && !known.has(node)) repair(tr, node, pos);
          return !node.isTextblock && node.type.name !== 'table';
        });
        return tr.docChanged ? tr : null;
      },
    }),
    tableEditing({ allowTableNodeSelection: true }),
  ];
}
