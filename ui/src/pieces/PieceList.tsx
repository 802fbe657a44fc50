import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import type { DraftRow } from '../backend/wire';
import { usePainted } from '../parts/painted';
import { useFormats } from '../text';
import { ahead, goesTo } from './keyboard';
import css from './PieceList.module.css';
import { PieceRow } from './PieceRow';

export interface PieceGroup {
  id: string;
  label?: string;
  count?: number;
  rows: DraftRow[];
}

/** More rows than any window shows at once. */
const IN_SIGHT = 13;

/** The rows in sight are drawn first; the rest follows when they have been painted. */
function useInSight(groups: PieceGroup[]): PieceGroup[] {
  if (usePainted()) return groups;
  let left = IN_SIGHT;
  const shown: PieceGroup[] = [];
  for (const group of groups) {
    if (left <= 0) break;
    shown.push({ ...group, rows: group.rows.slice(0, left) });
    left -= group.rows.length;
  }
  return shown;
}

/**
 * Pieces, in groups or plain; arrows and first letters move, Enter and a double click open. It is on the first screen,
 * so it is made of plain elements: what has the keyboard is chosen. Very many rows are {@link LongPieceList}'s.
 */
export function PieceList(props: {
  label: string;
  groups: PieceGroup[];
  chosen: string | null;
  onChoose: (id: string) => void;
  onOpen: (row: DraftRow) => void;
  empty?: ReactNode;
}) {
  const { number } = useFormats();
  const list = useRef<HTMLDivElement>(null);
  const hadFocus = useRef(false);
  const typed = useRef(ahead());
  const name = useId();
  const groups = useInSight(props.groups);
  const rows = groups.flatMap((group) => group.rows);
  const chosen = rows.find((row) => row.id === props.chosen)?.id;
  const entrance = chosen ?? rows[0]?.id;
  const optionOf = (id: string | undefined) =>
    list.current?.querySelector<HTMLElement>(`[data-piece="${id}"]`) ?? undefined;

  // The list has the keyboard when a screen opens: nobody has to reach for the mouse first. A row that leaves while it
  // has the keyboard hands it to the one that is chosen next.
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked whenever another row becomes the way in
  useLayoutEffect(() => {
    if (document.activeElement !== document.body) return;
    optionOf(entrance)?.focus({ preventScroll: !hadFocus.current });
  }, [entrance]);

  if (rows.length === 0) return <div className={css.place}>{props.empty}</div>;

  const onKeyDown = (event: KeyboardEvent, row: DraftRow) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rows.indexOf(row);
    if (event.key === 'Enter') props.onOpen(row);
    else {
      const perPage = Math.floor((list.current?.clientHeight ?? 0) / (optionOf(row.id)?.offsetHeight || 1));
      const to =
        goesTo(event.key, at, rows.length, perPage) ??
        typed.current(
          event.key,
          at,
          rows.map((one) => one.title),
        );
      if (to === null) return;
      optionOf(rows[to]?.id)?.focus();
    }
    event.preventDefault();
  };
  const option = (row: DraftRow) => (
    <div
      key={row.id}
      data-piece={row.id}
      role="option"
      aria-selected={row.id === chosen}
      tabIndex={row.id === entrance ? 0 : -1}
      className={css.item}
      onFocus={() => {
        hadFocus.current = true;
        if (row.id !== props.chosen) props.onChoose(row.id);
      }}
      onBlur={() => {
        hadFocus.current = false;
      }}
      onClick={(event) => event.currentTarget.focus()}
      onDoubleClick={() => props.onOpen(row)}
      onKeyDown={(event) => onKeyDown(event, row)}
    >
      <PieceRow row={row} />
    </div>
  );
  return (
    <div className={css.place}>
      <div ref={list} role="listbox" aria-label={props.label} className={css.list}>
        {groups.map((group) =>
          group.label ? (
            <div key={group.id} role="group" aria-labelledby={`${name}${group.id}`} className={css.group}>
              <div id={`${name}${group.id}`} role="presentation" className={css.head}>
                {group.label}
                <span className={css.count}>{number(group.count ?? group.rows.length)}</span>
              </div>
              {group.rows.map(option)}
            </div>
          ) : (
            group.rows.map(option)
          ),
        )}
      </div>
    </div>
  );
}
