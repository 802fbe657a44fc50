import { ArrowDown, ArrowUp } from 'lucide-react';
import { useT } from '../text';
import type { Column } from './columns';
import css from './DataTable.module.css';

/** The head of a table: what each column is, and a press on it sorts. */
export function DataHead<Row>(props: {
  columns: Column<Row>[];
  sort: { column: string; desc: boolean } | null;
  onSort: (column: string) => void;
  allTicked: boolean;
  onTickAll: (all: boolean) => void;
}) {
  const t = useT();
  return (
    <div role="rowgroup" className={css.head}>
      <div className={css.row} role="row" aria-rowindex={1}>
        <div role="columnheader" className={css.tickCell}>
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={t('common.table.all')}
            checked={props.allTicked}
            onChange={() => props.onTickAll(!props.allTicked)}
          />
        </div>
        {props.columns.map((column) => {
          const own = props.sort?.column === column.id ? props.sort : null;
          const sorted = own ? (own.desc ? 'descending' : 'ascending') : 'none';
          return (
            <div
              key={column.id}
              role="columnheader"
              aria-sort={column.sortable ? sorted : undefined}
              className={column.end ? `${css.headCell} ${css.end}` : css.headCell}
              title={column.label}
            >
              {column.sortable ? (
                <button type="button" className={css.sort} onClick={() => props.onSort(column.id)}>
                  <span>{column.label}</span>
                  {sorted === 'ascending' && <ArrowUp size={13} aria-hidden />}
                  {sorted === 'descending' && <ArrowDown size={13} aria-hidden />}
                </button>
              ) : (
                <span>{column.label}</span>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
