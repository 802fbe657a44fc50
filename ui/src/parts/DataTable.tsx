import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useLang, useT } from '../text';
import { type Column, type Edit, type Leave, ROW } from './columns';
import { DataHead } from './DataHead';
import { cellId, DataRow, type RowActs } from './DataRow';
import css from './DataTable.module.css';
import {
  type Cell,
  type CellChange,
  filledDown,
  fromClipboard,
  moved,
  pasted,
  type Range,
  seenRows,
  squared,
  toClipboard,
} from './grid';

export type { Column, Edit } from './columns';

interface Props<Row> {
  label: string;
  rows: Row[];
  rowId: (row: Row) => string;
  columns: Column<Row>[];
  /** The row with the keyboard, as a fact about the row rather than its place. */
  onCurrent: (id: string) => void;
  /** Where the keyboard begins. */
  begin?: string | null;
  selected: ReadonlySet<string>;
  onSelect: (ids: Set<string>) => void;
  onEdit: (edits: Edit[]) => void;
  /** Ctrl+Enter: the chosen cells are right as they are. */
  onAccept?: (cells: { id: string; column: string }[]) => void;
  onUndo: () => void;
  onRedo: () => void;
  sort: { column: string; desc: boolean } | null;
  onSort: (column: string) => void;
  /** Below this width the table scrolls sideways. */
  least?: string;
  /** What stands in the place of rows when there are none. */
  none?: ReactNode;
}

/**
 * A table worked like a spreadsheet: arrows move, typing or Enter corrects, Shift or a drag widens, Ctrl+D fills down,
 * copy and paste speak with Excel, Ctrl+Enter says that values are right, Ctrl+Z takes back and Ctrl+Y does again. Only the rows in sight are drawn, and of
 * those only the ones that changed are drawn anew.
 */
export function DataTable<Row>(props: Props<Row>) {
  const { rows, rowId } = props;
  const { dir } = useLang();
  const t = useT();
  const own = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ id: string | null; cell: Cell }>({
    id: props.begin ?? null,
    cell: {
      row: Math.max(0, props.begin ? rows.findIndex((row) => rowId(row) === props.begin) : 0),
      column: 1,
    },
  });
  const [anchor, setAnchor] = useState<Cell | null>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [seen, setSeen] = useState({ first: 0, end: 40, scrolled: false });
  const [size, setSize] = useState({ height: 600, width: Number.POSITIVE_INFINITY });

  // What does not fit makes room for what matters; nothing is reached only by scrolling sideways.
  const columns = useMemo(
    () => props.columns.filter((column) => size.width >= (column.from ?? 0)),
    [props.columns, size.width],
  );
  const tracks = useMemo(() => ['40px', ...columns.map((column) => column.width)].join(' '), [columns]);

  // Rows may come in above: the keyboard stays on its row, and what is seen stays where it is. What is drawn moves with
  // it at once, so that no row is drawn anew for having moved.
  const at = settledAt(place, rows, rowId, columns.length);
  const carried = place.id === null ? 0 : at.row - place.cell.row;
  const along = seen.scrolled ? carried : 0;
  const first = Math.max(0, seen.first + along);
  const end = Math.min(rows.length, seen.end + along);
  useLayoutEffect(() => {
    if (at.row === place.cell.row) return;
    setPlace({ id: place.id, cell: at });
    setAnchor(null);
    const element = scroller.current;
    if (!element || carried === 0) return;
    const was = place.cell.row * ROW - element.scrollTop;
    const followed = was > -ROW && was < element.clientHeight;
    if (element.scrollTop > 0) {
      element.scrollTop += carried * ROW;
      see();
    } else if (followed) bringIn(at);
  });

  // A row that left for another (a filter, a removal) hands the keyboard on: what is shown beside goes with it.
  const hereRow = rows[at.row];
  const hereRowId = hereRow === undefined ? null : rowId(hereRow);
  const onCurrent = useRef(props.onCurrent);
  onCurrent.current = props.onCurrent;
  useEffect(() => {
    if (place.id !== null && hereRowId !== null) onCurrent.current(hereRowId);
  }, [hereRowId, place.id]);

  // The first column holds the tick; the others follow.
  const extent = {
    rows: rows.length,
    columns: columns.length + 1,
    page: Math.max(1, Math.floor(size.height / ROW) - 2),
    rtl: dir === 'rtl',
  };
  const range = squared(anchor ?? at, at);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = () =>
      setSize({
        height: element.clientHeight || 600,
        width: element.clientWidth || Number.POSITIVE_INFINITY,
      });
    look();
    const watch = new ResizeObserver(look);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const see = () => {
    const element = scroller.current;
    if (!element) return;
    const next = { ...seenRows(element.scrollTop, size.height, ROW), scrolled: element.scrollTop > 0 };
    setSeen((now) =>
      now.first === next.first && now.end === next.end && now.scrolled === next.scrolled ? now : next,
    );
  };
  useLayoutEffect(see, [size.height]);

  const bringIn = (to: Cell) => {
    const element = scroller.current;
    if (!element) return;
    const top = to.row * ROW;
    const roomy = element.clientHeight - ROW;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW > element.scrollTop + roomy) element.scrollTop = top + ROW - roomy;
    see();
  };
  // Sideways only what is drawn can be brought in. A row that others moved is not: the reader may be elsewhere.
  const hereId = cellId(own, at.row, at.column);
  const hereNow = useRef(hereId);
  hereNow.current = hereId;
  const goal = `${place.id} ${at.column}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: where the person goes, not where the row is moved
  useEffect(() => {
    document.getElementById(hereNow.current)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [goal]);

  const settle = (to: Cell, widen: boolean) => {
    setAnchor(widen ? (anchor ?? at) : null);
    const row = rows[to.row];
    setPlace({ id: row ? rowId(row) : null, cell: to });
    if (row) props.onCurrent(rowId(row));
    bringIn(to);
  };

  const read = (row: number, column: number) => {
    const found = rows[row];
    return found ? (columns[column - 1]?.read(found) ?? '') : '';
  };
  const start = (cell: Cell) => {
    const row = rows[cell.row];
    const column = columns[cell.column - 1];
    return row && column ? (column.start ?? column.read)(row) : '';
  };

  const send = (changes: CellChange[]) => {
    const edits: Edit[] = [];
    for (const change of changes) {
      const row = rows[change.row];
      const column = columns[change.column - 1];
      if (!row || !column?.edit || column.read(row) === change.value) continue;
      if (column.start?.(row) === change.value) continue;
      edits.push({ id: rowId(row), column: column.id, value: change.value });
    }
    if (edits.length > 0) props.onEdit(edits);
  };

  const accept = () => {
    const cells = rows.slice(range.from.row, range.to.row + 1).flatMap((row) =>
      columns
        .slice(Math.max(0, range.from.column - 1), range.to.column)
        .filter((column) => column.doubt?.(row))
        .map((column) => ({ id: rowId(row), column: column.id })),
    );
    if (cells.length > 0) props.onAccept?.(cells);
  };

  const tick = (from: number, to = from) => {
    const next = new Set(props.selected);
    const ids = rows.slice(from, to + 1).map(rowId);
    const all = ids.every((id) => next.has(id));
    for (const id of ids) {
      if (all) next.delete(id);
      else next.add(id);
    }
    props.onSelect(next);
  };

  const editable = (cell: Cell) =>
    rows[cell.row] !== undefined && columns[cell.column - 1]?.edit !== undefined;
  const edit = (cell: Cell) => editable(cell) && setEditing(start(cell));

  const leave: Leave = (value, then) => {
    setEditing(null);
    scroller.current?.focus();
    if (value !== null) send(then === 'fill' ? pasted([[value]], range, extent) : [{ ...at, value }]);
    const along = { next: 1, before: -1 }[then as string] ?? 0;
    if (then === 'down') settle({ row: Math.min(at.row + 1, rows.length - 1), column: at.column }, false);
    else if (along !== 0) {
      settle({ row: at.row, column: Math.min(Math.max(at.column + along, 1), columns.length) }, false);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (editing !== null || event.altKey || event.nativeEvent.isComposing) return;
    const ctrl = event.ctrlKey || event.metaKey;
    const to = moved(at, event.key, ctrl, extent);
    if (to) settle(to, event.shiftKey);
    else if (event.key === ' ' && (at.column === 0 || event.shiftKey)) tick(range.from.row, range.to.row);
    else if (event.key === 'Escape' && anchor) setAnchor(null);
    else if (ctrl && event.code === 'KeyA') {
      if (at.column === 0) props.onSelect(new Set(rows.map(rowId)));
      else {
        setPlace({ id: rows[0] ? rowId(rows[0]) : null, cell: { row: 0, column: 1 } });
        setAnchor({ row: Math.max(0, rows.length - 1), column: columns.length });
      }
    } else if (ctrl && event.code === 'KeyD') send(filledDown(range, read));
    else if (ctrl && (event.code === 'KeyY' || (event.shiftKey && event.code === 'KeyZ'))) props.onRedo();
    else if (ctrl && event.code === 'KeyZ') props.onUndo();
    else if (ctrl && event.key === 'Enter') accept();
    else if (ctrl) return;
    else if (event.key === 'Delete' || event.key === 'Backspace') send(pasted([['']], range, extent));
    else if ((event.key === 'Enter' || event.key === 'F2') && editable(at)) edit(at);
    else if (event.key.length === 1 && event.key !== ' ' && editable(at)) {
      const choices = columns[at.column - 1]?.edit;
      // A letter begins a new text; a list opens on what is chosen, and the letter is pressed again in it.
      setEditing(choices === 'text' ? event.key : start(at));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const latest = useRef({ settle, tick, edit, leave });
  useLayoutEffect(() => {
    latest.current = { settle, tick, edit, leave };
  });
  const acts = useMemo<RowActs>(
    () => ({
      settle: (row, column, widen) => latest.current.settle({ row, column }, widen),
      tick: (row) => latest.current.tick(row),
      edit: (row, column) => latest.current.edit({ row, column }),
      leave: (value, then) => latest.current.leave(value, then),
    }),
    [],
  );

  // The row with the keyboard is always there to be read, however far the wheel went.
  const drawn = [];
  for (let index = first; index < end; index += 1) drawn.push(index);
  if (rows.length > 0 && (at.row < first || at.row >= end)) drawn.push(at.row);
  const chosenRows = range.to.row - range.from.row + 1;
  const chosenCells = chosenRows * (range.to.column - range.from.column + 1);

  return (
    <div className={css.frame}>
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
        aria-activedescendant={rows.length > 0 ? hereId : undefined}
        onKeyDown={onKeyDown}
        onScroll={see}
        onCopy={(event) => {
          if (editing !== null || rows.length === 0) return;
          event.clipboardData.setData('text/plain', copied(range, read));
          event.preventDefault();
        }}
        onPaste={(event) => {
          if (editing !== null) return;
          const from = { ...range, from: { ...range.from, column: Math.max(1, range.from.column) } };
          const to = { ...range.to, column: Math.max(1, range.to.column) };
          send(pasted(fromClipboard(event.clipboardData.getData('text/plain')), { ...from, to }, extent));
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
          {drawn.map((index) => {
            const row = rows[index];
            if (row === undefined) return null;
            const id = rowId(row);
            const chosen = anchor !== null && index >= range.from.row && index <= range.to.row;
            return (
              <DataRow
                key={id}
                row={row}
                index={index}
                columns={columns}
                own={own}
                isCurrent={at.row === index}
                isTicked={props.selected.has(id)}
                here={at.row === index ? at.column : -1}
                rangeFrom={chosen ? range.from.column : -1}
                rangeTo={chosen ? range.to.column : -1}
                editing={at.row === index ? editing : null}
                acts={acts}
              />
            );
          })}
        </div>
      </div>
      {rows.length === 0 && props.none && <div className={css.none}>{props.none}</div>}
      <div role="status" className={css.heard}>
        {chosenCells > 1 && t('common.table.range', { cells: chosenCells, rows: chosenRows })}
      </div>
    </div>
  );
}

function copied(range: Range, read: (row: number, column: number) => string): string {
  const lines: string[][] = [];
  for (let row = range.from.row; row <= range.to.row; row += 1) {
    const line: string[] = [];
    for (let column = Math.max(1, range.from.column); column <= Math.max(1, range.to.column); column += 1) {
      line.push(read(row, column));
    }
    lines.push(line);
  }
  return toClipboard(lines);
}

/** Where the row with the keyboard is now; where it was when it is gone. */
function settledAt<Row>(
  place: { id: string | null; cell: Cell },
  rows: Row[],
  rowId: (row: Row) => string,
  columns: number,
): Cell {
  const column = Math.min(place.cell.column, columns);
  const there = rows[place.cell.row];
  if (place.id !== null && (there === undefined || rowId(there) !== place.id)) {
    const row = rows.findIndex((one) => rowId(one) === place.id);
    if (row >= 0) return { row, column };
  }
  return { row: Math.min(place.cell.row, Math.max(0, rows.length - 1)), column };
}
