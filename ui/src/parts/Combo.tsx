import { ChevronDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import {
  Button,
  ComboBox,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  ListLayout,
  Popover,
  Text,
  Virtualizer,
} from 'react-aria-components';
import { plainLetters } from '../text/letters';
import field from './Field.module.css';
import css from './Popup.module.css';
import { useLineDirection } from './writing';

export interface ComboChoice {
  id: string;
  label: string;
  /** Other words it is found by. */
  also?: string[];
  more?: string;
}

/** One of many, found by typing part of its name in any of its languages, with or without accents and hamzas. */
export function Combo(props: {
  label: string;
  help?: string;
  choices: ComboChoice[];
  value: string | null;
  onChange: (id: string | null) => void;
  placeholder?: string;
  nothing: string;
  autoFocus?: boolean;
}) {
  const chosen = props.choices.find((choice) => choice.id === props.value);
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? chosen?.label ?? '';
  const lineDirection = useLineDirection();

  const searched = useMemo(
    () =>
      props.choices.map((choice) => ({
        choice,
        letters: [choice.label, ...(choice.also ?? [])].map(plainLetters),
      })),
    [props.choices],
  );
  const shown = useMemo(() => {
    const wanted = plainLetters(typed ?? '');
    if (!wanted) return props.choices;
    const starts: ComboChoice[] = [];
    const holds: ComboChoice[] = [];
    for (const { choice, letters } of searched) {
      if (letters.some((name) => name.startsWith(wanted))) starts.push(choice);
      else if (letters.some((name) => name.includes(wanted))) holds.push(choice);
    }
    return [...starts, ...holds];
  }, [typed, searched, props.choices]);

  return (
    <ComboBox
      className={field.field}
      items={shown}
      inputValue={text}
      onInputChange={(value) => setTyped(value === chosen?.label ? null : value)}
      value={props.value}
      onChange={(key) => {
        setTyped(null);
        props.onChange(key === null ? null : String(key));
      }}
      onOpenChange={(isOpen) => {
        if (!isOpen) setTyped(null);
      }}
      allowsEmptyCollection
      menuTrigger="input"
    >
      <Label className={field.label}>{props.label}</Label>
      {props.help && (
        <Text slot="description" className={field.help}>
          {props.help}
        </Text>
      )}
      <div className={field.combo}>
        <Input
          className={field.input}
          placeholder={props.placeholder}
          dir={lineDirection(text)}
          autoFocus={props.autoFocus}
        />
        <Button className={field.comboArrow}>
          <ChevronDown size={16} aria-hidden />
        </Button>
      </div>
      <Popover className={css.popover}>
        <Virtualizer layout={ListLayout} layoutOptions={{ estimatedRowSize: 40 }}>
          <ListBox
            className={css.list}
            renderEmptyState={() => <div className={css.none}>{props.nothing}</div>}
          >
            {(choice: ComboChoice) => (
              <ListBoxItem id={choice.id} textValue={choice.label} className={css.option}>
                <Text slot="label" className={css.label}>
                  {choice.label}
                </Text>
                {choice.more && (
                  <Text slot="description" className={css.more}>
                    {choice.more}
                  </Text>
                )}
              </ListBoxItem>
            )}
          </ListBox>
        </Virtualizer>
      </Popover>
    </ComboBox>
  );
}
