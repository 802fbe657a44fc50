import { type ReactNode, startTransition, useEffect, useRef, useState } from 'react';
import { Header, ListBox, ListBoxItem, ListBoxSection, ListLayout, Virtualizer } from 'react-aria-components';
import type { DraftRow } from '../backend/wire';
import { useFormats, useT } from '../text';
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
  const [all, setAll] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => startTransition(() => setAll(true)));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, []);
  if (all) return groups;
  let left = IN_SIGHT;
  const shown: PieceGroup[] = [];
  for (const group of groups) {
    if (left <= 0) break;
    shown.push({ ...group, rows: group.rows.slice(0, left) });
    left -= group.rows.length;
  }
  return shown;
}

/** Pieces, in groups or plain; arrows move, Enter and a double click open. */
export function PieceList(props: {
  label: string;
  groups: PieceGroup[];
  chosen: string | null;
  onChoose: (id: string) => void;
  onOpen: (row: DraftRow) => void;
  empty?: ReactNode;
  /** For long lists: only rows in sight are drawn. Without groups. */
  long?: boolean;
}) {
  const t = useT();
  const { number } = useFormats();
  const place = useRef<HTMLDivElement>(null);
  const inSight = useInSight(props.groups);
  const groups = props.long ? props.groups : inSight;
  const byId = new Map(groups.flatMap((group) => group.rows).map((row) => [row.id, row]));

  // The list has the keyboard when a screen opens: nobody has to reach for the mouse first.
  useEffect(() => {
    if (document.activeElement === document.body) {
      place.current?.querySelector<HTMLElement>('[role="listbox"]')?.focus({ preventScroll: true });
    }
  }, []);

  if (byId.size === 0) return <div className={css.place}>{props.empty}</div>;
  const item = (row: DraftRow) => (
    <ListBoxItem key={row.id} id={row.id} textValue={row.title || t('common.untitled')} className={css.item}>
      <PieceRow row={row} />
    </ListBoxItem>
  );
  const list = (
    <ListBox
      aria-label={props.label}
      className={css.list}
      selectionMode="single"
      selectionBehavior="replace"
      disallowEmptySelection={false}
      selectedKeys={props.chosen ? [props.chosen] : []}
      onSelectionChange={(keys) => {
        const id = keys === 'all' ? undefined : [...keys][0];
        if (id !== undefined) props.onChoose(String(id));
      }}
      onAction={(id) => {
        const row = byId.get(String(id));
        if (row) props.onOpen(row);
      }}
    >
      {groups.map((group) =>
        group.label ? (
          <ListBoxSection key={group.id} id={group.id} className={css.group} aria-label={group.label}>
            <Header className={css.head}>
              {group.label}
              <span className={css.count}>{number(group.count ?? group.rows.length)}</span>
            </Header>
            {group.rows.map(item)}
          </ListBoxSection>
        ) : (
          group.rows.map(item)
        ),
      )}
    </ListBox>
  );
  return (
    <div ref={place} className={css.place}>
      {props.long ? (
        <Virtualizer layout={ListLayout} layoutOptions={{ estimatedRowSize: 62 }}>
          {list}
        </Virtualizer>
      ) : (
        list
      )}
    </div>
  );
}
