import { ListBox, ListBoxItem, ListLayout, Virtualizer } from 'react-aria-components';
import type { DraftRow } from '../backend/wire';
import { useT } from '../text';
import css from './PieceList.module.css';
import { PieceRow } from './PieceRow';

/** Thousands of pieces: only the rows in sight are drawn. */
export function LongPieceList(props: {
  label: string;
  rows: DraftRow[];
  chosen: string | null;
  onChoose: (id: string) => void;
  onOpen: (row: DraftRow) => void;
}) {
  const t = useT();
  const byId = new Map(props.rows.map((row) => [row.id, row]));
  return (
    <div className={css.place}>
      <Virtualizer layout={ListLayout} layoutOptions={{ estimatedRowSize: 62 }}>
        <ListBox
          aria-label={props.label}
          className={css.list}
          selectionMode="single"
          selectionBehavior="replace"
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
          {props.rows.map((row) => (
            <ListBoxItem
              key={row.id}
              id={row.id}
              textValue={row.title || t('common.untitled')}
              className={css.item}
            >
              <PieceRow row={row} />
            </ListBoxItem>
          ))}
        </ListBox>
      </Virtualizer>
    </div>
  );
}
