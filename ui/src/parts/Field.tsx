import { Search } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import {
  FieldError,
  Input,
  Label,
  SearchField as RacSearchField,
  Text as RacText,
  TextArea,
  TextField,
  type TextFieldProps,
} from 'react-aria-components';
import css from './Field.module.css';
import { useLineDirection } from './writing';

/** A labelled line (or `rows` lines) of text, with one sentence of help and one of trouble. */
export function Field({
  label,
  help,
  trouble,
  rows,
  placeholder,
  inputRef,
  dir,
  ...rest
}: Omit<TextFieldProps, 'className' | 'style' | 'children'> & {
  label: string;
  help?: ReactNode;
  trouble?: ReactNode;
  rows?: number;
  placeholder?: string;
  inputRef?: Ref<HTMLInputElement>;
  /** `auto` for what people write; `ltr` for addresses. */
  dir?: 'auto' | 'ltr';
}) {
  const lineDirection = useLineDirection();
  const runs = dir === 'ltr' ? dir : lineDirection(rest.value);
  return (
    <TextField {...rest} isInvalid={Boolean(trouble)} className={css.field}>
      <Label className={css.label}>{label}</Label>
      {help && (
        <RacText slot="description" className={css.help}>
          {help}
        </RacText>
      )}
      {rows ? (
        <TextArea className={css.input} rows={rows} placeholder={placeholder} dir={runs} />
      ) : (
        <Input className={css.input} placeholder={placeholder} dir={runs} ref={inputRef} />
      )}
      <FieldError className={css.trouble}>{trouble}</FieldError>
    </TextField>
  );
}

/** A line to look for something. The label is heard; the placeholder is seen. */
export function SearchField(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoFocus?: boolean;
  large?: boolean;
}) {
  const lineDirection = useLineDirection();
  return (
    <RacSearchField
      aria-label={props.label}
      value={props.value}
      onChange={props.onChange}
      autoFocus={props.autoFocus}
      className={`${css.search} ${props.large ? css.large : ''}`}
    >
      <Search size={props.large ? 20 : 16} aria-hidden className={css.glass} />
      <Input className={css.searchInput} placeholder={props.label} dir={lineDirection(props.value)} />
    </RacSearchField>
  );
}
