import { type KeyboardEvent, useRef, useState } from 'react';
import type { Leave } from './columns';
import css from './DataTable.module.css';
import type { Choice } from './Select';
import { useLineDirection } from './writing';

/** The cell while it is being corrected. Answers once: with the new value, or `null` when left as it was. */
export function CellEditor(props: {
  label: string;
  kind: 'text' | { choices: Choice[] };
  start: string;
  onLeave: Leave;
}) {
  const [value, setValue] = useState(props.start);
  const lineDirection = useLineDirection();
  // Leaving takes the keyboard away, and that is a leaving too: only the first counts.
  const left = useRef(false);
  const leave: Leave = (given, then) => {
    if (left.current) return;
    left.current = true;
    props.onLeave(given, then);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter that ends a composed word belongs to the input method.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') leave(value, event.ctrlKey || event.metaKey ? 'fill' : 'down');
    else if (event.key === 'Tab') leave(value, event.shiftKey ? 'before' : 'next');
    else if (event.key === 'Escape') leave(null, 'stay');
    else {
      // Ctrl+Z and the like are the field's own here.
      event.stopPropagation();
      return;
    }
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
