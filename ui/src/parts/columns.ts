import type { ReactNode } from 'react';
import type { Choice } from './Select';

export interface Column<Row> {
  id: string;
  label: string;
  /** A track of the grid: `minmax(160px, 3fr)`. */
  width: string;
  /** The cell as text: what is edited, copied and heard. */
  read: (row: Row) => string;
  /** The cell as shown, when text is not enough. */
  show?: (row: Row) => ReactNode;
  /** How it is corrected; without it, it is only read. */
  edit?: 'text' | { choices: Choice[] };
  sortable?: boolean;
  /** Something is wanted here and not there yet. */
  missing?: (row: Row) => boolean;
  end?: boolean;
  /** Width of the whole table, in CSS pixels, from which there is room for this column. */
  from?: number;
}

export interface Edit {
  id: string;
  column: string;
  value: string;
}

/** Height of a row of a table, in CSS pixels; the token `--table-row` says the same. */
export const ROW = 38;
