import { Check, ChevronDown } from 'lucide-react';
import {
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as RacSelect,
  SelectValue,
  Text,
} from 'react-aria-components';
import field from './Field.module.css';
import css from './Popup.module.css';

export interface Choice {
  id: string;
  label: string;
  /** A second, quieter line. */
  more?: string;
}

/** One of a few. The label stands above, or beside with `inline`, or is only heard with `labelHidden`. */
export function Select(props: {
  label: string;
  help?: string;
  labelHidden?: boolean;
  inline?: boolean;
  choices: Choice[];
  value: string | null;
  onChange: (id: string) => void;
  placeholder?: string;
  isDisabled?: boolean;
}) {
  return (
    <RacSelect
      className={`${field.field} ${props.inline ? field.inline : ''}`}
      value={props.value}
      onChange={(key) => key !== null && props.onChange(String(key))}
      placeholder={props.placeholder ?? '—'}
      isDisabled={props.isDisabled}
      aria-label={props.labelHidden ? props.label : undefined}
    >
      {!props.labelHidden && <Label className={field.label}>{props.label}</Label>}
      {props.help && (
        <Text slot="description" className={field.help}>
          {props.help}
        </Text>
      )}
      <Button className={field.trigger}>
        <SelectValue>
          {({ isPlaceholder, defaultChildren, selectedText }) =>
            isPlaceholder ? defaultChildren : selectedText
          }
        </SelectValue>
        <ChevronDown size={16} aria-hidden />
      </Button>
      <Popover className={css.popover}>
        <ListBox className={css.list} items={props.choices}>
          {(choice) => (
            <ListBoxItem id={choice.id} textValue={choice.label} className={css.option}>
              <Text slot="label" className={css.label}>
                {choice.label}
              </Text>
              {choice.more && (
                <Text slot="description" className={css.more}>
                  {choice.more}
                </Text>
              )}
              <Check size={16} aria-hidden className={css.check} />
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </RacSelect>
  );
}
