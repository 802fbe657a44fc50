import { type KeyboardEvent, useRef, useState } from 'react';
import css from './DataTable.module.css';
import type { Choice } from './Select';
import { useLineDirection } from './writing';

/** The cell while it is being corrected. Answers once: with the new value, or `null` when left as it was. */
export function CellEditor(props: {
  label: string;
  kind: 'text' | { choices: Choice[] };
  start: string;
  onLeave: (value: string | null, then: 'down' | 'next' | 'stay') => void;
}) {
  const [value, setValue] = useState(props.start);
  const lineDirection = useLineDirection();
  // Leaving takes the keyboard away, and that is a leaving too: only the first counts.
  const left = useRef(false);
  const leave = (given: string | null, then: 'down' | 'next' | 'stay') => {
    if (left.current) return;
    left.current = true;
    props.onLeave(given, then);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') leave(value, 'down');
    else if (event.key === 'Tab') leave(value, 'next');
    else if (event.key === 'Escape') leave(null, 'stay');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  if (props.kind !== 'text') {
    return (
      <select
        aria-label={props.label}
        className={css.editor}
        value={value}
        // biome-ignore lint/a11y/noAutofocus: the person has just asked to correct this cell
        autoFocus
        onChange={(event) => setValue(event.target.value)}
        onBlur={() => leave(value, 'stay')}
        onKeyDown={onKeyDown}
      >
        <option value="">—</option>
        {props.kind.choices.map((choice) => (
          <option key={choice.id} value={choice.id}>
            {choice.label}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      aria-label={props.label}
      className={css.editor}
      dir={lineDirection(value)}
      value={value}
      // biome-ignore lint/a11y/noAutofocus: the person has just asked to correct this cell
      autoFocus
      onChange={(event) => setValue(event.target.value)}
      onBlur={() => leave(value, 'stay')}
      onKeyDown={onKeyDown}
    />
  );
}
