import { fireEvent, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, it, vi } from 'vitest';
import { Speaker } from '../text';
import { type Column, ROW } from './columns';
import { DataTable } from './DataTable';

interface Row {
  id: string;
}

const none = () => undefined;
const rowId = (row: Row) => row.id;
const SELECTED = new Set<string>();

function tableOf(show: (row: Row) => ReactNode, more: { begin?: string } = {}) {
  const columns: Column<Row>[] = [{ id: 'name', label: 'Name', width: '1fr', read: rowId, show }];
  return (rows: Row[]) => (
    <Speaker lang="en" numerals="auto">
      <DataTable<Row>
        label="Rows"
        rows={rows}
        rowId={rowId}
        columns={columns}
        onCurrent={none}
        selected={SELECTED}
        onSelect={none}
        onEdit={none}
        onUndo={none}
        onRedo={none}
        sort={null}
        onSort={none}
        {...more}
      />
    </Speaker>
  );
}

const ids = (from: number, to: number, name: string): Row[] =>
  Array.from({ length: to - from }, (_, at) => ({ id: `${name}${from + at}` }));

it('draws rows that only moved not anew, and they still know where they stand', async () => {
  const show = vi.fn((row: Row) => <bdi>{row.id}</bdi>);
  const table = tableOf(show);
  const old = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
  const { rerender } = render(table(old));
  await screen.findByText('d');
  show.mockClear();
  rerender(table([{ id: 'new' }, ...old]));
  const drawn = new Set(show.mock.calls.map(([row]) => row.id));
  // The row with the keyboard was the first, and is another now.
  expect([...drawn].filter((id) => id !== 'new' && id !== 'a')).toEqual([]);
  expect(drawn.has('new')).toBe(true);
  const row = screen.getByText('c').closest('[role=row]') as HTMLElement;
  expect(row.getAttribute('aria-rowindex')).toBe('5');
  fireEvent.pointerDown(row.querySelectorAll('[role=gridcell]')[1] as HTMLElement, { button: 0 });
  expect(screen.getByRole('grid').getAttribute('aria-activedescendant')).toBe(
    row.querySelectorAll('[role=gridcell]')[1]?.id,
  );
});

it('draws nothing anew for rows that come in above what is seen, and leaves the reader there', async () => {
  const show = vi.fn((row: Row) => <bdi>{row.id}</bdi>);
  const brought = vi.spyOn(Element.prototype, 'scrollIntoView');
  const table = tableOf(show, { begin: 'old2' });
  const old = ids(0, 300, 'old');
  const { rerender } = render(table(old));
  const grid = await screen.findByRole('grid');
  grid.scrollTop = 100 * ROW;
  fireEvent.scroll(grid);
  await screen.findByText('old100');
  const drawnBefore = screen.getByText('old100');
  show.mockClear();
  brought.mockClear();
  rerender(table([...ids(0, 20, 'new'), ...old]));
  expect(grid.scrollTop).toBe(120 * ROW);
  expect(screen.getByText('old100')).toBe(drawnBefore);
  // Only the cell with the keyboard has another name now.
  expect([...new Set(show.mock.calls.map(([row]) => row.id))]).toEqual(['old2']);
  expect(brought).not.toHaveBeenCalled();
});
