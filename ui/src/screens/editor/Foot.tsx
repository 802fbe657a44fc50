import { memo, useEffect, useState } from 'react';
import type { BarState, Body } from '../../editor';
import { StatusWords } from '../../parts/StatusLine';
import { useFormats, useT } from '../../text';
import { useTold } from '../../text/failures';
import css from './EditorScreen.module.css';
import { useSaving, type Work } from './work/useWork';

/** Counting waits for a pause: the status line must not cost a keystroke. */
const COUNT_PAUSE_MS = 400;

/** In the status line: what is saved, how many words, which way this block runs. */
export const EditorFoot = memo(function EditorFoot(props: {
  work: Work;
  body: Body | null;
  bar: BarState | null;
  /** The way out of seeing only the text, while that is so. */
  onLeaveFocus: (() => void) | null;
}) {
  const t = useT();
  const { bar } = props;
  const count = useCount(props.work, props.body);
  return (
    <StatusWords>
      <SavedWord work={props.work} />
      {count && (
        <span>
          {t('editor.words', { count: count.words })} · {t('editor.chars', { count: count.characters })}
        </span>
      )}
      {bar && (
        <span title={bar.chosenDirection === null ? t('editor.direction.auto') : undefined}>
          {t(`editor.foot.${bar.direction}`)}
        </span>
      )}
      {props.onLeaveFocus && (
        <button type="button" className={css.leaveFocus} onClick={props.onLeaveFocus}>
          {t('editor.focus.leave')}
        </button>
      )}
    </StatusWords>
  );
});

function SavedWord({ work }: { work: Work }) {
  const t = useT();
  const told = useTold();
  const formats = useFormats();
  const { state, savedAt, failure } = useSaving(work);
  const time = savedAt ? formats.time(savedAt) : '';
  return (
    <span className={css.saved} data-save={state} role="status">
      {state === 'failed' && failure
        ? t('editor.save.failed', { reason: told(failure.code, failure.params).what })
        : t(`editor.save.${state}`, { time })}
    </span>
  );
}

interface Count {
  words: number;
  characters: number;
}

function useCount(work: Work, body: Body | null): Count | null {
  const [count, setCount] = useState<Count | null>(null);
  useEffect(() => {
    if (!body) return;
    const read = () => setCount({ words: body.words(), characters: body.characters() });
    let timer: ReturnType<typeof setTimeout> | undefined;
    // A long text is shown before it is counted.
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(read);
    });
    // Saving begins after a pause, and tells of itself: the moment to count again.
    const stop = work.version.hearSaving(() => {
      clearTimeout(timer);
      timer = setTimeout(read, COUNT_PAUSE_MS);
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      stop();
    };
  }, [work, body]);
  return count;
}
