/** Where the keyboard is in a table, counted from zero. */
export interface Cell {
  row: number;
  column: number;
}

export interface Extent {
  rows: number;
  columns: number;
  /** Rows a Page key jumps. */
  page: number;
  rtl: boolean;
}

/** The cell a key leads to; `null` when the key does not move. Left and right are as seen, whatever the direction. */
export function moved(from: Cell, key: string, ctrl: boolean, extent: Extent): Cell | null {
  const lastRow = Math.max(0, extent.rows - 1);
  const lastColumn = Math.max(0, extent.columns - 1);
  const towardsEnd = extent.rtl ? 'ArrowLeft' : 'ArrowRight';
  const towardsStart = extent.rtl ? 'ArrowRight' : 'ArrowLeft';
  const to = { ...from };
  if (key === 'ArrowDown') to.row = ctrl ? lastRow : from.row + 1;
  else if (key === 'ArrowUp') to.row = ctrl ? 0 : from.row - 1;
  else if (key === towardsEnd) to.column = ctrl ? lastColumn : from.column + 1;
  else if (key === towardsStart) to.column = ctrl ? 0 : from.column - 1;
  else if (key === 'PageDown') to.row = from.row + extent.page;
  else if (key === 'PageUp') to.row = from.row - extent.page;
  else if (key === 'Home') {
    to.column = 0;
    if (ctrl) to.row = 0;
  } else if (key === 'End') {
    to.column = lastColumn;
    if (ctrl) to.row = lastRow;
  } else return null;
  return {
    row: Math.min(Math.max(to.row, 0), lastRow),
    column: Math.min(Math.max(to.column, 0), lastColumn),
  };
}

export interface Range {
  from: Cell;
  to: Cell;
}

/** The same rectangle with its first corner first. */
export function squared(anchor: Cell, focus: Cell): Range {
  return {
    from: { row: Math.min(anchor.row, focus.row), column: Math.min(anchor.column, focus.column) },
    to: { row: Math.max(anchor.row, focus.row), column: Math.max(anchor.column, focus.column) },
  };
}

export function within(range: Range, row: number, column: number): boolean {
  return (
    row >= range.from.row && row <= range.to.row && column >= range.from.column && column <= range.to.column
  );
}

/**
 * Cells of a copied piece of a spreadsheet: tabs between cells, newlines between rows, a cell with either in it wrapped
 * in quotes with its own quotes doubled.
 */
export function fromClipboard(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const source = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  const push = () => {
    rows.at(-1)?.push(cell);
    cell = '';
  };
  for (let at = 0; at < source.length; at += 1) {
    const letter = source[at];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (source[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"' && cell === '') quoted = true;
    else if (letter === '\t') push();
    else if (letter === '\n') {
      push();
      rows.push([]);
    } else cell += letter;
  }
  push();
  return rows;
}

/** The other way: what a spreadsheet understands when it is pasted there. */
export function toClipboard(rows: string[][]): string {
  return rows
    .map((row) =>
      row.map((cell) => (/["\t\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join('\t'),
    )
    .join('\n');
}

export interface CellChange {
  row: number;
  column: number;
  value: string;
}

/**
 * Where pasted cells land: from the first corner of the chosen range. Where the range is a multiple of what was copied,
 * that is repeated, so that one cell fills it and one row goes into each of its rows.
 */
export function pasted(
  cells: string[][],
  range: Range,
  extent: Pick<Extent, 'rows' | 'columns'>,
): CellChange[] {
  const copied = { rows: cells.length, columns: Math.max(0, ...cells.map((line) => line.length)) };
  const chosen = {
    rows: range.to.row - range.from.row + 1,
    columns: range.to.column - range.from.column + 1,
  };
  const times = (whole: number, part: number) => (part > 0 && whole % part === 0 ? whole : part);
  const rows = Math.min(times(chosen.rows, copied.rows), extent.rows - range.from.row);
  const columns = Math.min(times(chosen.columns, copied.columns), extent.columns - range.from.column);
  const changes: CellChange[] = [];
  for (let down = 0; down < rows; down += 1) {
    const line = cells[down % copied.rows];
    for (let along = 0; along < columns; along += 1) {
      const value = line?.[along % copied.columns];
      // A short row of a ragged piece says nothing about the cells it lacks.
      if (value !== undefined) {
        changes.push({ row: range.from.row + down, column: range.from.column + along, value });
      }
    }
  }
  return changes;
}

/** Fill down: the first row of the range into every row below it. */
export function filledDown(range: Range, read: (row: number, column: number) => string): CellChange[] {
  const changes: CellChange[] = [];
  for (let column = range.from.column; column <= range.to.column; column += 1) {
    const value = read(range.from.row, column);
    for (let row = range.from.row + 1; row <= range.to.row; row += 1) changes.push({ row, column, value });
  }
  return changes;
}

/** Rows to draw for what is seen, with a few beyond each edge. */
export function seenRows(
  scroll: number,
  height: number,
  rowHeight: number,
  beyond = 8,
): { first: number; end: number } {
  const first = Math.max(0, Math.floor(scroll / rowHeight) - beyond);
  const end = Math.ceil((scroll + height) / rowHeight) + beyond;
  return { first, end };
}
