import { describe, expect, it } from 'vitest';
import {
  filledDown,
  fromClipboard,
  moved,
  pasted,
  seenRows,
  squared,
  toClipboard,
  within,
} from '../src/parts/grid';

const extent = { rows: 10, columns: 4, page: 5, rtl: false };

describe('moving', () => {
  it.each([
    ['ArrowRight', false, false, { row: 2, column: 2 }],
    ['ArrowRight', false, true, { row: 2, column: 0 }],
    ['ArrowLeft', false, true, { row: 2, column: 2 }],
    ['ArrowDown', true, false, { row: 9, column: 1 }],
    ['PageDown', false, false, { row: 7, column: 1 }],
    ['PageUp', false, false, { row: 0, column: 1 }],
    ['End', true, false, { row: 9, column: 3 }],
    ['Home', false, false, { row: 2, column: 0 }],
  ])('%s (ctrl %s, right to left %s)', (key, ctrl, rtl, to) => {
    expect(moved({ row: 2, column: 1 }, key, ctrl, { ...extent, rtl })).toEqual(to);
  });
  it('leaves other keys alone and stays inside', () => {
    expect(moved({ row: 0, column: 0 }, 'a', false, extent)).toBeNull();
    expect(moved({ row: 9, column: 3 }, 'ArrowDown', false, extent)).toEqual({ row: 9, column: 3 });
    expect(moved({ row: 0, column: 0 }, 'ArrowDown', false, { ...extent, rows: 0 })).toEqual({
      row: 0,
      column: 0,
    });
  });
});

describe('the clipboard', () => {
  it('speaks with spreadsheets', () => {
    const cells = [
      ['plain', 'with "quotes"', 'two\nlines'],
      ['', 'عربي', 'tab\there'],
    ];
    expect(fromClipboard(toClipboard(cells))).toEqual(cells);
  });
  it('reads what Excel writes', () => {
    expect(fromClipboard('a\tb\r\n"c ""d"""\t\r\n')).toEqual([
      ['a', 'b'],
      ['c "d"', ''],
    ]);
  });
});

describe('ranges', () => {
  const range = squared({ row: 3, column: 2 }, { row: 1, column: 1 });
  it('begin at their first corner', () => {
    expect(range).toEqual({ from: { row: 1, column: 1 }, to: { row: 3, column: 2 } });
    expect(within(range, 2, 2)).toBe(true);
    expect(within(range, 0, 2)).toBe(false);
  });
  it('are filled by one copied cell', () => expect(pasted([['x']], range, extent)).toHaveLength(6));
  it('receive many cells from their corner, cut at the edge', () => {
    const many = [
      ['1', '2', '3', '4'],
      ['5', '6', '7', '8'],
    ];
    const changes = pasted(many, range, extent);
    expect(changes[0]).toEqual({ row: 1, column: 1, value: '1' });
    expect(changes).toHaveLength(6);
  });
  it('receive a copied row into each of their rows, and ragged rows as they are', () => {
    const rows = squared({ row: 0, column: 1 }, { row: 2, column: 2 });
    expect(pasted([['a', 'b']], rows, extent).map((one) => one.value)).toEqual([
      'a',
      'b',
      'a',
      'b',
      'a',
      'b',
    ]);
    const corner = squared({ row: 8, column: 1 }, { row: 8, column: 1 });
    expect(pasted([['a', 'b'], ['c'], ['d', 'e']], corner, extent)).toEqual([
      { row: 8, column: 1, value: 'a' },
      { row: 8, column: 2, value: 'b' },
      { row: 9, column: 1, value: 'c' },
    ]);
  });
  it('are filled down from their first row', () => {
    expect(filledDown(range, (row, column) => `${row}.${column}`)).toEqual([
      { row: 2, column: 1, value: '1.1' },
      { row: 3, column: 1, value: '1.1' },
      { row: 2, column: 2, value: '1.2' },
      { row: 3, column: 2, value: '1.2' },
    ]);
  });
});

describe('rows in sight', () => {
  it('are the seen ones and a few more', () => {
    expect(seenRows(0, 380, 38)).toEqual({ first: 0, end: 18 });
    expect(seenRows(3800, 380, 38)).toEqual({ first: 92, end: 118 });
  });
});
