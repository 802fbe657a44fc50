import { CaseSensitive, ChevronDown, ChevronUp, Replace, X } from 'lucide-react';
import type { Command } from 'prosemirror-state';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import {
  type Body,
  find,
  findNext,
  placesInLine,
  replaceAllFound,
  replaceFound,
  selectedWords,
  type Wanted,
} from '../../../editor';
import { keyName } from '../../../parts/keys';
import { toast } from '../../../parts/toasts';
import { useLineDirection } from '../../../parts/writing';
import { useT } from '../../../text';
import css from './FindBar.module.css';

/** Room over the page that a found place keeps clear of. */
const CLEAR = 96;

/** Selects the next of the places in a line above the text; after the last comes the first. */
function showInLine(
  from: HTMLElement,
  field: 'title' | 'summary',
  places: { from: number; to: number }[],
): void {
  const page = from.closest('main') ?? document;
  const line = page.querySelector<HTMLTextAreaElement>(`textarea[data-field="${field}"]`);
  if (!line) return;
  const { selectionStart, selectionEnd } = line;
  const shown = places.findIndex((one) => one.from === selectionStart && one.to === selectionEnd);
  const next = places[(shown + 1) % places.length];
  if (!next) return;
  line.focus();
  line.setSelectionRange(next.from, next.to);
}

/** Finding words in the text, and putting others in their place. `wanted` outlives it: Ctrl+F again finds the same. */
export function FindBar(props: {
  body: Body;
  wanted: React.RefObject<Wanted>;
  /** The lines above the text, which are looked into as well. */
  lines: { field: 'title' | 'summary'; text: string }[];
  /** Counts the wishes for this bar: with each it takes the keyboard and the selected words. */
  asked: number;
  replacing: boolean;
  readOnly: boolean;
  onReplacing: (replacing: boolean) => void;
  onClose: () => void;
}) {
  const t = useT();
  const { body, wanted, replacing } = props;
  const lineDirection = useLineDirection();
  const line = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState(wanted.current);
  const [other, setOther] = useState('');
  const { at, count } = useSyncExternalStore(body.hearFound, body.found);

  useEffect(() => {
    body.keepClear(CLEAR);
    return () => {
      body.keepClear(0);
      if (!body.view.isDestroyed) body.look(find(null));
    };
  }, [body]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each wish counts, also for the same words
  useEffect(() => {
    const selected = selectedWords(body.view.state);
    if (selected.trim() !== '') setWords((before) => ({ ...before, text: selected }));
    line.current?.focus();
    line.current?.select();
  }, [body, props.asked]);

  useEffect(() => {
    wanted.current = words;
    body.look(find(words));
    body.look(findNext(1, true));
  }, [body, wanted, words]);

  // A control that has nothing left to do lets go of the keyboard: the line takes it.
  const replace = (command: Command) => {
    const done = body.run(command, true);
    if (body.found().count === 0) line.current?.focus();
    return done;
  };
  const above = props.lines
    .map(({ field, text }) => ({ field, places: placesInLine(text, words) }))
    .filter(({ places }) => places.length > 0);
  const step = (by: 1 | -1) => void body.look(findNext(by));
  const button = (
    label: string,
    Icon: typeof X,
    act: () => void,
    more: { keys?: string; pressed?: boolean; off?: boolean } = {},
  ) => (
    <button
      type="button"
      className={css.button}
      aria-label={label}
      aria-pressed={more.pressed}
      title={more.keys ? `${label} (${keyName(more.keys)})` : label}
      disabled={more.off}
      onClick={act}
    >
      <Icon size={16} aria-hidden />
    </button>
  );

  return (
    <search
      className={css.bar}
      aria-label={t('editor.find')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        props.onClose();
      }}
    >
      <div className={css.row}>
        <input
          ref={line}
          className={css.line}
          aria-label={t('editor.find.what')}
          placeholder={t('editor.find.what')}
          dir={lineDirection(words.text)}
          value={words.text}
          onChange={(event) => setWords({ ...words, text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
            event.preventDefault();
            step(event.shiftKey ? -1 : 1);
          }}
        />
        <span className={css.count} role="status">
          {words.text.trim() !== '' && t('editor.find.count', { at, count })}
        </span>
        {button(t('editor.find.previous'), ChevronUp, () => step(-1), { keys: 'Shift+F3', off: count === 0 })}
        {button(t('editor.find.next'), ChevronDown, () => step(1), { keys: 'F3', off: count === 0 })}
        {button(t('editor.find.exact'), CaseSensitive, () => setWords({ ...words, exact: !words.exact }), {
          pressed: words.exact,
        })}
        {!props.readOnly &&
          button(t('editor.find.replace_open'), Replace, () => props.onReplacing(!replacing), {
            keys: 'Mod+H',
            pressed: replacing,
          })}
        {button(t('editor.find.close'), X, props.onClose)}
      </div>
      {above.length > 0 && (
        <div className={css.row}>
          {above.map(({ field, places }) => (
            <button
              key={field}
              type="button"
              className={css.word}
              onClick={(event) => showInLine(event.currentTarget, field, places)}
            >
              {t(`editor.find.in_${field}`, { count: places.length })}
            </button>
          ))}
        </div>
      )}
      {replacing && !props.readOnly && (
        <div className={css.row}>
          <input
            className={css.line}
            aria-label={t('editor.find.with')}
            placeholder={t('editor.find.with')}
            dir={lineDirection(other)}
            value={other}
            onChange={(event) => setOther(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
              event.preventDefault();
              replace(replaceFound(other));
            }}
          />
          <button
            type="button"
            className={css.word}
            disabled={count === 0}
            onClick={() => replace(replaceFound(other))}
          >
            {t('editor.find.replace')}
          </button>
          <button
            type="button"
            className={css.word}
            disabled={count === 0}
            onClick={() => {
              if (replace(replaceAllFound(other))) toast(t('editor.find.replaced', { count }));
            }}
          >
            {t('editor.find.replace_all')}
          </button>
        </div>
      )}
    </search>
  );
}
