import type { ReactNode } from 'react';
import type { Choice } from './Select';

export interface Column<Row> {
  id: string;
  label: string;
  /** A track of the grid: `minmax(160px, 3fr)`. */
  width: string;
  /** The cell as text: what is copied and heard. */
  read: (row: Row) => string;
  /** The text a correction starts from, where it is another: the id of a choice. */
  start?: (row: Row) => string;
  /** The cell as shown, when text is not enough. */
  show?: (row: Row) => ReactNode;
  /** How it is corrected; without it, it is only read. */
  edit?: 'text' | { choices: Choice[] };
  sortable?: boolean;
  /** Something is wanted here and not there yet. */
  missing?: (row: Row) => boolean;
  /** Why a person should look at the value, in a word or two; `null` when there is no doubt. */
  doubt?: (row: Row) => string | null;
  end?: boolean;
  /** Width of the whole table, in CSS pixels, from which there is room for this column. */
  from?: number;
}

export interface Edit {
  id: string;
  column: string;
  value: string;
}

/** What a cell that is left gives back: its new text, or `null` when it stays as it was. */
export type Leave = (value: string | null, then: 'down' | 'next' | 'before' | 'stay' | 'fill') => void;

/** Height of a row of a table, in CSS pixels; the token `--table-row` says the same. */
export const ROW = 38;
