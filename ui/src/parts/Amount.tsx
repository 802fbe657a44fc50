import { Input, Label, NumberField, Text } from 'react-aria-components';
import css from './Amount.module.css';
import field from './Field.module.css';

/** A whole number with its unit, in the digits of the reader. It holds when the line is left or Enter is pressed. */
export function Amount(props: {
  label: string;
  help?: string;
  unit: string;
  value: number;
  least: number;
  most: number;
  onChange: (value: number) => void;
}) {
  return (
    <NumberField
      className={field.field}
      value={props.value}
      minValue={props.least}
      maxValue={props.most}
      step={1}
      formatOptions={{ useGrouping: false, maximumFractionDigits: 0 }}
      onChange={(value) => {
        if (!Number.isNaN(value)) props.onChange(value);
      }}
    >
      <Label className={field.label}>{props.label}</Label>
      {props.help && (
        <Text slot="description" className={field.help}>
          {props.help}
        </Text>
      )}
      <span className={css.line}>
        <Input className={`${field.input} ${css.number}`} />
        <span className={css.unit}>{props.unit}</span>
      </span>
    </NumberField>
  );
}
