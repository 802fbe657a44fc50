import { useState } from 'react';
import { Field } from '../../../parts/Field';
import { useT } from '../../../text';
import type { InputProps } from './FieldFrame';
import { asText } from './values';

/**
 * A line that must be readable as something (a number, a date, an address). What cannot be read stays on the screen
 * with the reason, and is not stored until it can.
 */
export function TypedLine(
  props: InputProps & {
    read: (text: string) => string | number | null;
    /** Which sentence says what is expected: `editor.field.<wrong>`. */
    wrong: string;
    show?: (value: string) => string;
    ltr?: boolean;
    example?: string;
  },
) {
  const t = useT();
  const stored = asText(props.value);
  const shown = props.show ? props.show(stored) : stored;
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? shown;
  const unreadable = typed !== null && typed.trim() !== '' && props.read(typed) === null;
  const [left, setLeft] = useState(false);
  return (
    <Field
      label={props.label}
      help={props.help}
      value={text}
      dir={props.ltr ? 'ltr' : 'auto'}
      placeholder={props.example}
      isReadOnly={props.readOnly}
      trouble={unreadable && left ? t(`editor.field.${props.wrong}`) : undefined}
      onChange={(value) => {
        setTyped(value);
        setLeft(false);
        if (value.trim() === '') props.onChange(null);
        else {
          const read = props.read(value);
          if (read !== null) props.onChange(read);
        }
      }}
      onBlur={() => {
        setLeft(true);
        if (!unreadable) setTyped(null);
      }}
    />
  );
}
