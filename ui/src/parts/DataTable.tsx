import { type CSSProperties, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useLang } from '../text';
import { type Column, type Edit, ROW } from './columns';
import { DataHead } from './DataHead';
import { DataRow } from './DataRow';
import css from './DataTable.module.css';
import {
  type Cell,
  type CellChange,
  filledDown,
  fromClipboard,
  moved,
  pasted,
  seenRows,
  squared,
  toClipboard,
} from './grid';

export type { Column, Edit } from './columns';

/**
 * A table worked like a spreadsheet: arrows move, typing or Enter corrects, Shift widens, Ctrl+D fills down, copy and
 * paste speak with Excel, Ctrl+Z takes back. Only the rows in sight are drawn.
 */
export function DataTable<Row>(props: {
  label: string;
  rows: Row[];
  rowId: (row: Row) => string;
  columns: Column<Row>[];
  current: string | null;
  onCurrent: (id: string) => void;
  selected: ReadonlySet<string>;
  onSelect: (ids: Set<string>) => void;
  onEdit: (edits: Edit[]) => void;
  onUndo: () => void;
  sort: { column: string; desc: boolean } | null;
  onSort: (column: string) => void;
  /** Below this width the table scrolls sideways. */
  least?: string;
}) {
  const { rows, rowId } = props;
  const { dir } = useLang();
  const own = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Cell>({ row: 0, column: 0 });
  const [anchor, setAnchor] = useState<Cell | null>(null);
  const [editing, setEditing] = useState<{ start: string } | null>(null);
  const [sight, setSight] = useState({ top: 0, height: 600, width: Number.POSITIVE_INFINITY });

  // What does not fit makes room for what matters; nothing is reached only by scrolling sideways.
  const columns = useMemo(
    () => props.columns.filter((column) => sight.width >= (column.from ?? 0)),
    [props.columns, sight.width],
  );

  // The first column holds the tick; the others follow.
  const extent = {
    rows: rows.length,
    columns: columns.length + 1,
    page: Math.max(1, Math.floor(sight.height / ROW) - 2),
    rtl: dir === 'rtl',
  };
  const at: Cell = { row: Math.min(place.row, Math.max(0, rows.length - 1)), column: place.column };
  const range = squared(anchor ?? at, at);
  const { first, end } = seenRows(sight.top, sight.height, ROW, rows.length);
  const tracks = useMemo(() => ['40px', ...columns.map((column) => column.width)].join(' '), [columns]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () =>
      setSight({
        top: element.scrollTop,
        height: element.clientHeight || 600,
        width: element.clientWidth || Number.POSITIVE_INFINITY,
      });
    look();
    const watch = new ResizeObserver(look);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const hereId = `${own}-${at.row}-${at.column}`;
  useEffect(() => {
    document.getElementById(hereId)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [hereId]);

  const settle = (to: Cell, widen: boolean) => {
    setAnchor(widen ? (anchor ?? at) : null);
    setPlace(to);
    const row = rows[to.row];
    if (row) props.onCurrent(rowId(row));
    const element = scroller.current;
    if (!element) return;
    const top = to.row * ROW;
    const roomy = element.clientHeight - ROW;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW > element.scrollTop + roomy) element.scrollTop = top + ROW - roomy;
  };

  const read = (row: number, column: number) => {
    const found = rows[row];
    return found ? (columns[column - 1]?.read(found) ?? '') : '';
  };

  const send = (changes: CellChange[]) => {
    const edits: Edit[] = [];
    for (const change of changes) {
      const row = rows[change.row];
      const column = columns[change.column - 1];
      if (row && column?.edit && column.read(row) !== change.value) {
        edits.push({ id: rowId(row), column: column.id, value: change.value });
      }
    }
    if (edits.length > 0) props.onEdit(edits);
  };

  const tick = (row: number) => {
    const found = rows[row];
    if (!found) return;
    const next = new Set(props.selected);
    if (!next.delete(rowId(found))) next.add(rowId(found));
    props.onSelect(next);
  };

  const editable = (cell: Cell) =>
    rows[cell.row] !== undefined && columns[cell.column - 1]?.edit !== undefined;

  const onKeyDown = (event: KeyboardEvent) => {
    if (editing || event.altKey) return;
    const ctrl = event.ctrlKey || event.metaKey;
    const to = moved(at, event.key, ctrl, extent);
    if (to) settle(to, event.shiftKey);
    else if (event.key === ' ' && (at.column === 0 || event.shiftKey)) tick(at.row);
    else if (ctrl && event.code === 'KeyA') props.onSelect(new Set(rows.map(rowId)));
    else if (ctrl && event.code === 'KeyD') send(filledDown(range, read));
    else if (ctrl && event.code === 'KeyZ') props.onUndo();
    else if (ctrl) return;
    else if (event.key === 'Delete' || event.key === 'Backspace') {
      send(pasted([['']], range, extent));
    } else if ((event.key === 'Enter' || event.key === 'F2') && editable(at)) {
      setEditing({ start: read(at.row, at.column) });
    } else if (event.key.length === 1 && event.key !== ' ' && editable(at)) {
      setEditing({ start: event.key });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const leave = (value: string | null, then: 'down' | 'next' | 'stay') => {
    if (value !== null) send([{ row: at.row, column: at.column, value }]);
    setEditing(null);
    scroller.current?.focus();
    if (then === 'down') settle({ row: Math.min(at.row + 1, rows.length - 1), column: at.column }, false);
    if (then === 'next') settle({ row: at.row, column: Math.min(at.column + 1, columns.length) }, false);
  };

  const cellId = (row: number, column: number) => `${own}-${row}-${column}`;

  return (
    <div
      ref={scroller}
      className={css.table}
      style={{ '--tracks': tracks, '--least': props.least ?? '0px' } as CSSProperties}
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable
      aria-activedescendant={rows.length > 0 ? cellId(at.row, at.column) : undefined}
      onKeyDown={onKeyDown}
      onScroll={(event) => {
        const { scrollTop, clientHeight } = event.currentTarget;
        setSight((now) => ({ ...now, top: scrollTop, height: clientHeight || 600 }));
      }}
      onCopy={(event) => {
        if (editing) return;
        const lines = rows
          .slice(range.from.row, range.to.row + 1)
          .map((_, down) =>
            columns
              .slice(Math.max(0, range.from.column - 1), range.to.column)
              .map((_, along) => read(range.from.row + down, Math.max(1, range.from.column) + along)),
          );
        event.clipboardData.setData('text/plain', toClipboard(lines));
        event.preventDefault();
      }}
      onPaste={(event) => {
        if (editing) return;
        send(pasted(fromClipboard(event.clipboardData.getData('text/plain')), range, extent));
        event.preventDefault();
      }}
    >
      <DataHead
        columns={columns}
        sort={props.sort}
        onSort={props.onSort}
        allTicked={rows.length > 0 && props.selected.size >= rows.length}
        onTickAll={(all) => props.onSelect(all ? new Set(rows.map(rowId)) : new Set())}
      />
      <div className={css.body} style={{ blockSize: rows.length * ROW }} role="rowgroup">
        {rows.slice(first, end).map((row, offset) => {
          const index = first + offset;
          const id = rowId(row);
          return (
            <DataRow
              key={id}
              row={row}
              index={index}
              columns={columns}
              cellId={(column) => cellId(index, column)}
              isCurrent={id === props.current}
              isTicked={props.selected.has(id)}
              hereColumn={at.row === index ? at.column : null}
              range={anchor ? range : null}
              editing={at.row === index ? editing : null}
              onSettle={(column, widen) => settle({ row: index, column }, widen)}
              onTick={() => tick(index)}
              onEdit={(column) =>
                editable({ row: index, column }) && setEditing({ start: read(index, column) })
              }
              onLeave={leave}
            />
          );
        })}
      </div>
    </div>
  );
}
