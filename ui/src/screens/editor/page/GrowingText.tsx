import { useId } from 'react';
import { direction } from '../../../text';
import css from './Page.module.css';

/** Lines that grow with their text. Enter goes on to the next field: neither title nor summary has paragraphs. */
export function GrowingText(props: {
  label: string;
  placeholder: string;
  value: string;
  lang: string;
  field: string;
  look: 'title' | 'summary';
  readOnly: boolean;
  onChange: (value: string) => void;
  onNext: () => void;
  onLeave: () => void;
}) {
  const id = useId();
  return (
    <div className={`${css.growing} ${css[props.look]}`} data-value={props.value || props.placeholder}>
      <label htmlFor={id} className="only-heard">
        {props.label}
      </label>
      <textarea
        id={id}
        data-field={props.field}
        rows={1}
        lang={props.lang}
        // An empty line starts where the language does; a written one by its first strong character.
        dir={props.value === '' ? direction(props.lang) : 'auto'}
        placeholder={props.placeholder}
        value={props.value}
        readOnly={props.readOnly}
        // biome-ignore lint/a11y/noAutofocus: a piece without a title has just been begun, and its title comes first
        autoFocus={props.look === 'title' && props.value === '' && !props.readOnly}
        onChange={(event) => props.onChange(event.target.value.replace(/[\r\n]+/g, ' '))}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          props.onNext();
        }}
        onBlur={props.onLeave}
      />
    </div>
  );
}
