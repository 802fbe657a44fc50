import css from './ToldList.module.css';

/** So many are told one by one. */
const SHOWN = 200;

/** Things by name, with what is to be said of each, folded below a line that counts them. None: nothing. */
export function ToldList(props: {
  summary: string;
  things: { id: string; name: string; words: string[] }[];
  strong?: boolean;
}) {
  if (props.things.length === 0) return null;
  return (
    <details className={css.told}>
      <summary>{props.strong ? <strong>{props.summary}</strong> : props.summary}</summary>
      <ul>
        {props.things.slice(0, SHOWN).map((thing) => (
          <li key={thing.id}>
            <bdi>{thing.name}</bdi>
            {thing.words.map((word) => (
              <span key={word}>{word}</span>
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}
