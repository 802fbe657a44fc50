import type { ReactNode } from 'react';
import { Label, Radio, RadioGroup, Text } from 'react-aria-components';
import css from './Choose.module.css';

export interface Option {
  id: string;
  label: ReactNode;
  more?: ReactNode;
  lang?: string;
}

/** One of two to four, all visible. `row`: joined side by side; otherwise cards. */
export function Choose(props: {
  label: string;
  labelHidden?: boolean;
  options: Option[];
  value: string | null;
  onChange: (id: string) => void;
  row?: boolean;
  /** Cards side by side where there is room. */
  across?: boolean;
  autoFocus?: boolean;
}) {
  return (
    <RadioGroup
      className={css.group}
      value={props.value}
      onChange={props.onChange}
      aria-label={props.labelHidden ? props.label : undefined}
      orientation={props.row ? 'horizontal' : 'vertical'}
    >
      {!props.labelHidden && <Label className={css.label}>{props.label}</Label>}
      <div className={props.row ? css.row : `${css.cards} ${props.across ? css.across : ''}`}>
        {props.options.map((option) => (
          <Radio
            key={option.id}
            value={option.id}
            className={props.row ? css.segment : css.card}
            lang={option.lang}
          >
            <span className={css.name}>{option.label}</span>
            {option.more && (
              <Text slot="description" className={css.more}>
                {option.more}
              </Text>
            )}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
