import { memo, useLayoutEffect, useRef } from 'react';
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

/** One row of a table: where it stands, and what is in it. */
function Plain<Row>(props: RowProps<Row>) {
  const { index, own, isCurrent, ...rest } = props;
  // Rows that come in above move this one: what is in it asks here, so that it need not be drawn anew.
  const place = useRef(index);
  useLayoutEffect(() => {
    place.current = index;
  });
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.isTicked}
      className={joined(css.row, css.line, isCurrent && css.current, props.isTicked && css.ticked)}
      style={{ insetBlockStart: index * ROW }}
    >
      <Cells {...rest} place={place} hereId={props.here < 0 ? undefined : cellId(own, index, props.here)} />
    </div>
  );
}

interface CellsProps<Row> extends Omit<RowProps<Row>, 'index' | 'own' | 'isCurrent'> {
  /** The place of the row among all. */
  place: { readonly current: number };
  /** Id of the cell with the keyboard, when it is in this row. */
  hereId: string | undefined;
}

/** The cells of a row: its tick, then its columns. */
function PlainCells<Row>(props: CellsProps<Row>) {
  const t = useT();
  const { row, place, columns, here, hereId, acts } = props;
  return (
    <>
      <div
        role="gridcell"
        id={here === 0 ? hereId : undefined}
        className={joined(css.tickCell, here === 0 && css.here)}
        onClick={() => {
          acts.settle(place.current, 0, false);
          acts.tick(place.current);
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
            id={here === at ? hereId : undefined}
            aria-readonly={column.edit ? undefined : true}
            className={joined(
              css.cell,
              here === at && css.here,
              at >= props.rangeFrom && at <= props.rangeTo && css.inRange,
              column.end && css.end,
            )}
            onPointerDown={(event) => {
              // A press inside the correction is the correction's own.
              if (event.button === 0 && !editing) acts.settle(place.current, at, event.shiftKey);
            }}
            onPointerEnter={(event) => {
              if (event.buttons === 1 && !editing) acts.settle(place.current, at, true);
            }}
            onDoubleClick={() => acts.edit(place.current, at)}
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
    </>
  );
}

const Cells = memo(PlainCells) as typeof PlainCells;

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
