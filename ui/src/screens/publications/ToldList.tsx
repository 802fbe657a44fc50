import { type ReactNode, useState } from 'react';
import css from './ToldList.module.css';

/** So many are told one by one. */
const SHOWN = 200;

export interface Thing {
  id: string;
  name: string;
  words: string[];
}

/**
 * Things by name, with what is to be said of each, folded below a line that counts them; `list` is asked for them once it
 * is open. None: nothing.
 */
export function ToldList(props: {
  summary: string;
  count: number;
  list: (told: (things: Thing[]) => ReactNode) => ReactNode;
  strong?: boolean;
}) {
  const [open, setOpen] = useState(false);
  if (props.count === 0) return null;
  return (
    <details className={css.told} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{props.strong ? <strong>{props.summary}</strong> : props.summary}</summary>
      {open && props.list(listed)}
    </details>
  );
}

function listed(things: Thing[]): ReactNode {
  return (
    <ul>
      {things.slice(0, SHOWN).map((thing) => (
        <li key={thing.id}>
          <bdi>{thing.name}</bdi>
          {thing.words.map((word) => (
            <span key={word}>{word}</span>
          ))}
        </li>
      ))}
    </ul>
  );
}
