import { Plus, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '../../../parts/Button';
import { useT } from '../../../text';
import { FieldFrame, type InputProps } from './FieldFrame';
import css from './Fields.module.css';
import { asList } from './values';

/** Several values of one field: each with its own control, one more with a button, taken out with another. */
export function Many(
  props: InputProps & { most: number; one: (input: InputProps, index: number) => ReactNode },
) {
  const t = useT();
  const values = asList(props.value);
  // A line that was added and not filled yet is not a value.
  const [extra, setExtra] = useState(values.length === 0 ? 1 : 0);
  const shown = [...values, ...Array.from({ length: extra }, () => undefined)].slice(0, props.most);
  const put = (index: number, value: unknown) => {
    if (index >= values.length) {
      if (value === null || value === undefined || value === '') return;
      setExtra((count) => Math.max(0, count - 1));
      props.onChange([...values, value]);
    } else {
      const next = values.map((old, at) => (at === index ? value : old));
      props.onChange(next);
    }
  };
  const drop = (index: number) => {
    if (index >= values.length) setExtra((count) => Math.max(0, count - 1));
    else props.onChange(values.filter((_, at) => at !== index));
  };
  return (
    <FieldFrame label={props.label} help={props.help}>
      {shown.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: values have no other name; removal redraws the rest on purpose
        <div key={`${values.length}-${index}`} className={css.one}>
          {props.one(
            {
              label: t('editor.field.nth', { field: props.label, number: index + 1 }),
              value,
              readOnly: props.readOnly,
              onChange: (next) => put(index, next),
            },
            index,
          )}
          {!props.readOnly && (
            <Button
              kind="quiet"
              small
              icon={X}
              aria-label={t('editor.field.remove', { field: props.label, number: index + 1 })}
              onPress={() => drop(index)}
            />
          )}
        </div>
      ))}
      {!props.readOnly && shown.length < props.most && (
        <div>
          <Button small icon={Plus} onPress={() => setExtra((count) => count + 1)}>
            {t('editor.field.add')}
          </Button>
        </div>
      )}
    </FieldFrame>
  );
}
