import { Plus, X } from 'lucide-react';
import { type ClipboardEvent, useId } from 'react';
import { Button } from '../../../parts/Button';
import { fromClipboard } from '../../../parts/grid';
import { useLineDirection } from '../../../parts/writing';
import { nameIn } from '../../../state/vocabulary';
import { useLang, useT } from '../../../text';
import { plainLetters } from '../../../text/letters';
import { FieldFrame, type InputProps } from './FieldFrame';
import css from './Fields.module.css';
import { type FieldSpec, type Lists, termsOf } from './spec';
import { asList, asObject, asText, latinDigits } from './values';

/** One column of such a table. */
export interface ColumnSpec {
  key: string;
  label: string;
  /** A choice; without it, text. */
  choices?: { id: string; label: string }[];
  /** Addresses and numbers stay left to right. */
  ltr?: boolean;
  /** Makes what was typed what is stored. */
  read?: (text: string) => string;
  note?: (row: Partial<Record<string, unknown>>) => string;
}

/**
 * Lines of a spreadsheet as rows: cells in the order of the columns, choices by their name or id. A first line that
 * repeats the names of the columns is left out, and so are empty lines.
 */
export function rowsFromSheet(lines: string[][], columns: ColumnSpec[]): Record<string, string>[] {
  const names = columns.map((column) => plainLetters(column.label));
  return lines
    .filter((line, index) => index > 0 || !line.some((cell, at) => plainLetters(cell) === names[at]))
    .map((line) => {
      const row: Record<string, string> = {};
      columns.forEach((column, at) => {
        const typed = line[at]?.trim() ?? '';
        const choice = column.choices?.find(
          (one) => one.id === typed || plainLetters(one.label) === plainLetters(typed),
        );
        const value = column.choices ? (choice?.id ?? '') : column.read ? column.read(typed) : typed;
        if (value !== '') row[column.key] = value;
      });
      return row;
    })
    .filter((row) => Object.keys(row).length > 0);
}

/** Rows of a small table: each row a card of its cells, for a panel too narrow for a grid. */
export function RowsInput(props: InputProps & { spec: FieldSpec; lists: Lists; most: number }) {
  const t = useT();
  const columns = useColumns(props.spec, props.lists);
  const rows = asList(props.value).map((row) => asObject<Record<string, unknown>>(row));
  const put = (index: number, key: string, value: string) => {
    const next = rows.map((row, at) => (at === index ? { ...row, [key]: value } : row));
    if (value === '') delete next[index]?.[key];
    props.onChange(next);
  };
  const paste = (event: ClipboardEvent, index: number) => {
    const text = event.clipboardData.getData('text/plain');
    if (props.readOnly || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const fresh = rowsFromSheet(fromClipboard(text), columns);
    props.onChange([...rows.slice(0, index), ...fresh, ...rows.slice(index + 1)].slice(0, props.most));
  };
  return (
    <FieldFrame label={props.label} help={props.help}>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
        <fieldset key={index} className={css.rowCard} onPaste={(event) => paste(event, index)}>
          <legend className="only-heard">{t('editor.field.row', { number: index + 1 })}</legend>
          {columns.map((column) => (
            <Cell
              key={column.key}
              column={column}
              row={row}
              readOnly={props.readOnly}
              onChange={(value) => put(index, column.key, value)}
            />
          ))}
          {!props.readOnly && (
            <Button
              kind="quiet"
              small
              icon={X}
              aria-label={t('editor.field.remove', { field: props.label, number: index + 1 })}
              onPress={() => props.onChange(rows.filter((_, at) => at !== index))}
            />
          )}
        </fieldset>
      ))}
      {!props.readOnly && rows.length < props.most && (
        <div>
          <Button
            small
            icon={Plus}
            onPress={() => props.onChange([...rows, { [columns[0]?.key ?? 'text']: '' }])}
          >
            {t('editor.field.add_row')}
          </Button>
        </div>
      )}
    </FieldFrame>
  );
}

function Cell(props: {
  column: ColumnSpec;
  row: Partial<Record<string, unknown>>;
  readOnly: boolean;
  onChange: (value: string) => void;
}) {
  const id = useId();
  const { column, row } = props;
  const value = asText(row[column.key]);
  const lineDirection = useLineDirection();
  return (
    <div className={css.cell}>
      <label htmlFor={id}>{column.label}</label>
      {column.choices ? (
        <select
          id={id}
          value={value}
          disabled={props.readOnly}
          onChange={(event) => props.onChange(event.target.value)}
        >
          <option value="">—</option>
          {column.choices.map((choice) => (
            <option key={choice.id} value={choice.id}>
              {choice.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          dir={column.ltr ? 'ltr' : lineDirection(value)}
          value={value}
          readOnly={props.readOnly}
          onChange={(event) =>
            props.onChange(column.read ? column.read(event.target.value) : event.target.value)
          }
        />
      )}
      {column.note && <small>{column.note(row)}</small>}
    </div>
  );
}

function useColumns(spec: FieldSpec, lists: Lists): ColumnSpec[] {
  const t = useT();
  const { lang } = useLang();
  const choices = (terms: { id: string; name: Parameters<typeof nameIn>[0] }[]) =>
    terms.map((term) => ({ id: term.id, label: nameIn(term.name, lang) || term.id }));
  const text = (key: string): ColumnSpec => ({ key, label: t(`editor.column.${key}`) });
  const digits = (key: string): ColumnSpec => ({ ...text(key), ltr: true, read: latinDigits });
  switch (spec.type) {
    case 'observationTable':
      return [
        {
          ...text('indicator'),
          choices: choices(lists.indicators),
          note: (row) => {
            const unit = lists.indicators.find((one) => one.id === row.indicator)?.unit;
            return unit ? nameIn(lists.units[unit], lang) : '';
          },
        },
        digits('value'),
        digits('year'),
        { ...text('sex'), choices: choices(termsOf(lists, 'sex')) },
        { ...text('status'), choices: choices(termsOf(lists, 'obsStatus')) },
      ];
    case 'criteriaTable':
      return [{ ...text('criterion'), choices: choices(termsOf(lists, spec.vocabulary)) }, text('text')];
    default:
      return [digits('date'), text('text')];
  }
}
