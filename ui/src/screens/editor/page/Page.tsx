import { useCallback, useEffect, useRef, useState } from 'react';
import { type BarState, type Body, findNext, type Wanted } from '../../../editor';
import { isKeys } from '../../../parts/keys';
import { WrittenIn } from '../../../parts/writing';
import { useT } from '../../../text';
import { useVersionWords, type Work } from '../work/useWork';
import { type BodyEvents, BodyField } from './BodyField';
import { FindBar } from './FindBar';
import { FormatBar } from './FormatBar';
import { GrowingText } from './GrowingText';
import css from './Page.module.css';
import { PictureLine } from './PictureLine';
import { SourceText } from './SourceText';

/** The page: formatting bar, title, summary and the text, all of one language. */
export function Page(
  props: {
    work: Work;
    readOnly: boolean;
    body: Body | null;
    /** Only the text is shown. */
    focused: boolean;
    onFocused: (focused: boolean) => void;
  } & Omit<BodyEvents, 'onAskLink' | 'onLeave'>,
) {
  const t = useT();
  const { work, readOnly, body } = props;
  const { version } = work;
  const words = useVersionWords(work);
  const [bar, setBar] = useState<BarState | null>(null);
  const [linking, setLinking] = useState(false);
  const [finding, setFinding] = useState<'find' | 'replace' | null>(null);
  const [asked, setAsked] = useState(0);
  const [source, setSource] = useState(false);
  const wanted = useRef<Wanted>({ text: '', exact: false });
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

  const open = useCallback((what: 'find' | 'replace') => {
    setFinding(what);
    setAsked((before) => before + 1);
  }, []);
  const toPage = useCallback(() => setSource(false), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text is shown as a page first
  useEffect(toPage, [version, work.shown]);

  const { focused, onFocused } = props;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !body || source) return;
      if (isKeys(event, 'Mod+F')) open('find');
      else if (isKeys(event, 'Mod+H') && !readOnly) open('replace');
      else if (isKeys(event, 'F3') || isKeys(event, 'Shift+F3')) {
        if (wanted.current.text.trim() === '' || finding === null) open('find');
        else body.look(findNext(event.shiftKey ? -1 : 1));
      } else if (isKeys(event, 'Mod+Shift+F')) onFocused(!focused);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [body, source, readOnly, finding, open, focused, onFocused]);

  const toBar = () => bars.current?.querySelector<HTMLElement>('button:not([disabled])')?.focus();

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that belong to the whole text, not to one control
    <div
      className={css.text}
      data-open={linking || undefined}
      data-source={source || undefined}
      data-focused={focused || undefined}
      onKeyDown={(event) => {
        if (readOnly || !isKeys(event.nativeEvent, 'Alt+F10')) return;
        event.preventDefault();
        toBar();
      }}
    >
      <div ref={place} className={css.barPlace}>
        {!readOnly && body && bar && (
          <FormatBar
            body={body}
            bar={bar}
            linkOpen={linking}
            onLink={setLinking}
            barRef={bars}
            onFind={() => open('find')}
            focused={focused}
            onFocused={onFocused}
            onSource={() => setSource(true)}
          />
        )}
        {!readOnly && body && bar?.picture && (
          <WrittenIn value={version.lang}>
            <PictureLine key={bar.picture.src + bar.picture.pos} body={body} picture={bar.picture} />
          </WrittenIn>
        )}
      </div>
      <div className={css.findPlace}>
        {finding && body && !source && (
          <FindBar
            body={body}
            wanted={wanted}
            lines={[
              { field: 'title', text: words.title },
              { field: 'summary', text: words.summary },
            ]}
            asked={asked}
            replacing={finding === 'replace'}
            readOnly={readOnly}
            onReplacing={(replacing) => setFinding(replacing ? 'replace' : 'find')}
            onClose={() => {
              setFinding(null);
              body.focus();
            }}
          />
        )}
      </div>
      {source && body && <SourceText version={version} body={body} readOnly={readOnly} onBack={toPage} />}
      <div className={css.page} hidden={source}>
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
          onLeave={() => (focused ? onFocused(false) : toBar())}
        />
      </div>
    </div>
  );
}
