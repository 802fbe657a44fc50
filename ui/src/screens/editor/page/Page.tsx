import { useCallback, useEffect, useRef, useState } from 'react';
import type { BarState, Body } from '../../../editor';
import { isKeys } from '../../../parts/keys';
import { WrittenIn } from '../../../parts/writing';
import { useT } from '../../../text';
import { useVersionWords, type Work } from '../work/useWork';
import { type BodyEvents, BodyField } from './BodyField';
import { FormatBar } from './FormatBar';
import { GrowingText } from './GrowingText';
import css from './Page.module.css';
import { PictureLine } from './PictureLine';

/** The page: formatting bar, title, summary and the text, all of one language. */
export function Page(
  props: { work: Work; readOnly: boolean; body: Body | null } & Omit<BodyEvents, 'onAskLink' | 'onLeave'>,
) {
  const t = useT();
  const { work, readOnly, body } = props;
  const { version } = work;
  const words = useVersionWords(work);
  const [bar, setBar] = useState<BarState | null>(null);
  const [linking, setLinking] = useState(false);
  const bars = useRef<HTMLDivElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const summary = useRef<HTMLDivElement>(null);
  const save = useCallback(() => void version.autosave.flush(), [version]);
  const { onBar } = props;
  const heardBar = useCallback(
    (next: BarState) => {
      setBar(next);
      onBar(next);
    },
    [onBar],
  );

  // Heard before the tips of the bar, which would take the first Escape for themselves.
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !place.current?.contains(event.target as Node)) return;
      event.preventDefault();
      body?.focus();
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [body]);

  const toBar = () => bars.current?.querySelector<HTMLElement>('button:not([disabled])')?.focus();

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that belong to the whole text, not to one control
    <div
      className={css.text}
      data-open={linking || undefined}
      onKeyDown={(event) => {
        if (readOnly || !isKeys(event.nativeEvent, 'Alt+F10')) return;
        event.preventDefault();
        toBar();
      }}
    >
      <div ref={place} className={css.barPlace}>
        {!readOnly && body && bar && (
          <FormatBar body={body} bar={bar} linkOpen={linking} onLink={setLinking} barRef={bars} />
        )}
        {!readOnly && body && bar?.picture && (
          <WrittenIn value={version.lang}>
            <PictureLine key={bar.picture.src + bar.picture.pos} body={body} picture={bar.picture} />
          </WrittenIn>
        )}
      </div>
      <div className={css.page}>
        <GrowingText
          look="title"
          field="title"
          label={t('editor.title')}
          placeholder={t('editor.title')}
          value={words.title}
          lang={version.lang}
          readOnly={readOnly}
          onChange={(title) => version.set({ title })}
          onNext={() => summary.current?.querySelector('textarea')?.focus()}
          onLeave={save}
        />
        <div ref={summary}>
          <GrowingText
            look="summary"
            field="summary"
            label={t('editor.summary')}
            placeholder={t('editor.summary.hint')}
            value={words.summary}
            lang={version.lang}
            readOnly={readOnly}
            onChange={(text) => version.set({ summary: text })}
            onNext={() => body?.focus()}
            onLeave={save}
          />
        </div>
        <BodyField
          {...props}
          version={version}
          shown={work.shown}
          editable={!readOnly}
          onBar={heardBar}
          onAskLink={() => setLinking(true)}
          onLeave={() => toBar()}
        />
      </div>
    </div>
  );
}
