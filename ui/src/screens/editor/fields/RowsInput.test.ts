import { describe, expect, it } from 'vitest';
import { rowsFromSheet } from './RowsInput';
import { latinDigits } from './values';

const columns = [
  { key: 'indicator', label: 'Indicator', choices: [{ id: 'life', label: 'Life expectancy' }] },
  { key: 'value', label: 'Value', read: latinDigits },
  { key: 'text', label: 'Note' },
];

describe('rows from a spreadsheet', () => {
  it('leaves out headings and empty lines, reads digits, finds choices by name', () => {
    expect(
      rowsFromSheet(
        [
          ['Indicator', 'Value', 'Note'],
          ['life expectancy', '٧٤', 'provisional'],
          ['', '', ''],
          ['unknown', '3'],
        ],
        columns,
      ),
    ).toEqual([{ indicator: 'life', value: '74', text: 'provisional' }, { value: '3' }]);
  });
});
