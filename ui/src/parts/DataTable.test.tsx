import { fireEvent, render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { Speaker } from '../text';
import type { Column } from './columns';
import { DataTable } from './DataTable';

interface Row {
  id: string;
}

const none = () => undefined;
const rowId = (row: Row) => row.id;
const SELECTED = new Set<string>();

it('draws rows that only moved not anew, and they still know where they stand', async () => {
  const show = vi.fn((row: Row) => <bdi>{row.id}</bdi>);
  const columns: Column<Row>[] = [{ id: 'name', label: 'Name', width: '1fr', read: rowId, show }];
  const table = (rows: Row[]) => (
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
      />
    </Speaker>
  );
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
