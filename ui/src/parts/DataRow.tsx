import { memo } from 'react';
import { useT } from '../text';
import { CellEditor } from './CellEditor';
import { type Column, type Leave, ROW } from './columns';
import css from './DataTable.module.css';

/** What can be done to a row; the same object for the life of the table, so that rows need not be drawn anew. */
export interface RowActs {
  settle: (row: number, column: number, widen: boolean) => void;
  tick: (row: number) => void;
  edit: (row: number, column: number) => void;
  leave: Leave;
}

export interface RowProps<Row> {
  row: Row;
  index: number;
  columns: Column<Row>[];
  /** What the ids of this table's cells begin with. */
  own: string;
  isCurrent: boolean;
  isTicked: boolean;
  /** The column that has the keyboard, when it is in this row; -1 when not. */
  here: number;
  /** First and last chosen column; -1 when none of this row is. */
  rangeFrom: number;
  rangeTo: number;
  /** What the correction of the cell with the keyboard starts from. */
  editing: string | null;
  acts: RowActs;
}

export const cellId = (own: string, row: number, column: number) => `${own}-${row}-${column}`;

/** One row of a table: its tick, then its cells. */
function Plain<Row>(props: RowProps<Row>) {
  const t = useT();
  const { row, index, columns, here, acts } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.isTicked}
      className={joined(css.row, css.line, props.isCurrent && css.current, props.isTicked && css.ticked)}
      style={{ insetBlockStart: index * ROW }}
    >
      <div
        role="gridcell"
        id={here === 0 ? cellId(props.own, index, 0) : undefined}
        className={joined(css.tickCell, here === 0 && css.here)}
        onClick={() => {
          acts.settle(index, 0, false);
          acts.tick(index);
        }}
      >
        <input
          type="checkbox"
          tabIndex={-1}
          readOnly
          checked={props.isTicked}
          aria-label={columns.find((column) => column.edit)?.read(row) || t('common.untitled')}
        />
      </div>
      {columns.map((column, along) => {
        const at = along + 1;
        const editing = here === at && props.editing !== null && column.edit;
        return (
          <div
            key={column.id}
            role="gridcell"
            id={here === at ? cellId(props.own, index, at) : undefined}
            aria-readonly={column.edit ? undefined : true}
            className={joined(
              css.cell,
              here === at && css.here,
              at >= props.rangeFrom && at <= props.rangeTo && css.inRange,
              column.end && css.end,
            )}
            onPointerDown={(event) => {
              // A press inside the correction is the correction's own.
              if (event.button === 0 && !editing) acts.settle(index, at, event.shiftKey);
            }}
            onPointerEnter={(event) => {
              if (event.buttons === 1 && !editing) acts.settle(index, at, true);
            }}
            onDoubleClick={() => acts.edit(index, at)}
          >
            {editing ? (
              <CellEditor
                label={column.label}
                kind={editing}
                start={props.editing ?? ''}
                onLeave={acts.leave}
              />
            ) : (
              <CellText column={column} row={row} />
            )}
          </div>
        );
      })}
    </div>
  );
}

function CellText<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const t = useT();
  if (column.missing?.(row)) return <span className={css.absent}>{t('common.table.missing')}</span>;
  const shown = column.show?.(row) ?? <bdi>{column.read(row)}</bdi>;
  const doubt = column.doubt?.(row) ?? null;
  if (doubt === null) return shown;
  return (
    <span className={css.doubt} title={doubt}>
      {shown}
      <span className={css.heard}>{doubt}</span>
    </span>
  );
}

/** Drawn anew only when something of its own changed. */
export const DataRow = memo(Plain) as typeof Plain;

function joined(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
