import {
  AlignCenter,
  AlignLeft,
  AlignRight,
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  BetweenHorizontalEnd,
  BetweenHorizontalStart,
  BetweenVerticalEnd,
  BetweenVerticalStart,
  PanelLeft,
  PanelTop,
  RemoveFormatting,
  Table,
  TableCellsMerge,
  TableCellsSplit,
  Trash2,
} from 'lucide-react';
import type { Command } from 'prosemirror-state';
import {
  alignColumns,
  type BarState,
  changeTable,
  insertTable,
  SHORTCUTS,
  type TableChange,
} from '../../../editor';
import type { MenuEntry } from '../../../parts/Menu';
import type { Translate } from '../../../text';
import { shortcutName } from './BarButton';

/** What can be done to the table around the cursor, or the one thing when there is none. */
export function tableEntries(t: Translate, bar: BarState, run: (command: Command) => void): MenuEntry[] {
  if (!bar.table) {
    return [
      { id: 'insert', label: t('editor.table.insert'), icon: Table, onAction: () => run(insertTable()) },
    ];
  }
  const change = (id: TableChange, icon: MenuIcon, mirror = false): MenuEntry => ({
    id,
    keys: id === bar.cells ? shortcutName(SHORTCUTS.cells) : undefined,
    disabled: (id === 'merge' || id === 'split') && id !== bar.cells,
    label: t(`editor.table.${id}`),
    icon,
    mirror,
    danger: id.startsWith('delete'),
    onAction: () => run(changeTable(id)),
  });
  const align = (id: 'left' | 'center' | 'right' | 'auto', icon: MenuIcon): MenuEntry => ({
    id,
    label: t(`editor.table.align.${id}`),
    icon,
    more: (bar.align ?? 'auto') === id ? t('editor.direction.now') : undefined,
    onAction: () => run(alignColumns(id === 'auto' ? null : id)),
  });
  return [
    change('row_before', BetweenHorizontalStart),
    change('row_after', BetweenHorizontalEnd),
    change('column_before', BetweenVerticalStart, true),
    change('column_after', BetweenVerticalEnd, true),
    'line',
    change('row_up', ArrowUp),
    change('row_down', ArrowDown),
    change('column_back', ArrowLeft, true),
    change('column_on', ArrowRight, true),
    'line',
    change('merge', TableCellsMerge),
    change('split', TableCellsSplit),
    change('header_row', PanelTop),
    change('header_column', PanelLeft, true),
    'line',
    align('auto', RemoveFormatting),
    align('right', AlignRight),
    align('center', AlignCenter),
    align('left', AlignLeft),
    'line',
    change('delete_row', Trash2),
    change('delete_column', Trash2),
    change('delete_table', Trash2),
  ];
}

type MenuIcon = Exclude<MenuEntry, 'line'>['icon'];
