import { useT } from '../text';
import { CellEditor } from './CellEditor';
import { type Column, ROW } from './columns';
import css from './DataTable.module.css';
import { type Range, within } from './grid';

/** One row of a table: its tick, then its cells. */
export function DataRow<Row>(props: {
  row: Row;
  index: number;
  columns: Column<Row>[];
  cellId: (column: number) => string;
  isCurrent: boolean;
  isTicked: boolean;
  /** The column that has the keyboard, when it is in this row. */
  hereColumn: number | null;
  range: Range | null;
  editing: { start: string } | null;
  onSettle: (column: number, widen: boolean) => void;
  onTick: () => void;
  onEdit: (column: number) => void;
  onLeave: (value: string | null, then: 'down' | 'next' | 'stay') => void;
}) {
  const t = useT();
  const { row, index, columns } = props;
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
        id={props.cellId(0)}
        className={joined(css.tickCell, props.hereColumn === 0 && css.here)}
        onClick={() => {
          props.onSettle(0, false);
          props.onTick();
        }}
      >
        <input
          type="checkbox"
          tabIndex={-1}
          readOnly
          checked={props.isTicked}
          aria-label={columns[0]?.read(row) || t('common.untitled')}
        />
      </div>
      {columns.map((column, along) => {
        const at = along + 1;
        const here = props.hereColumn === at;
        const missing = column.missing?.(row) ?? false;
        return (
          <div
            key={column.id}
            role="gridcell"
            id={props.cellId(at)}
            aria-readonly={column.edit ? undefined : true}
            className={joined(
              css.cell,
              here && css.here,
              props.range && within(props.range, index, at) && css.inRange,
              column.end && css.end,
            )}
            onClick={(event) => props.onSettle(at, event.shiftKey)}
            onDoubleClick={() => props.onEdit(at)}
          >
            {here && props.editing && column.edit ? (
              <CellEditor
                label={column.label}
                kind={column.edit}
                start={props.editing.start}
                onLeave={props.onLeave}
              />
            ) : missing ? (
              <span className={css.absent}>{t('common.table.missing')}</span>
            ) : (
              (column.show?.(row) ?? <bdi>{column.read(row)}</bdi>)
            )}
          </div>
        );
      })}
    </div>
  );
}

function joined(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
