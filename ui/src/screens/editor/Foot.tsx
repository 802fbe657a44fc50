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
}) {
  const t = useT();
  const { bar } = props;
  const words = useWordCount(props.work, props.body);
  return (
    <StatusWords>
      <SavedWord work={props.work} />
      {words !== null && <span>{t('editor.words', { count: words })}</span>}
      {bar && (
        <span title={bar.chosenDirection === null ? t('editor.direction.auto') : undefined}>
          {t(`editor.foot.${bar.direction}`)}
        </span>
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

function useWordCount(work: Work, body: Body | null): number | null {
  const [count, setCount] = useState<number | null>(null);
  useEffect(() => {
    if (!body) return;
    setCount(body.words());
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Saving begins after a pause, and tells of itself: the moment to count again.
    const stop = work.version.hearSaving(() => {
      clearTimeout(timer);
      timer = setTimeout(() => setCount(body.words()), COUNT_PAUSE_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [work, body]);
  return count;
}
