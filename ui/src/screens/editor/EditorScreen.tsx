import { useCallback, useEffect, useRef, useState } from 'react';
import { call, type Failure } from '../../backend';
import type { Draft, Finding, RevisionRow } from '../../backend/wire';
import { type BarState, type Body, jumpToWords, type PasteReport } from '../../editor';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { isKeys } from '../../parts/keys';
import { toast } from '../../parts/toasts';
import { useAct, useLive } from '../../state/live';
import { useT } from '../../text';
import { AskReview } from './AskReview';
import { Beside } from './Beside';
import { BroughtNotice } from './BroughtNotice';
import { Earlier } from './Earlier';
import css from './EditorScreen.module.css';
import { EditorFoot } from './Foot';
import { Notice, StateNotice } from './Notices';
import { PasteNotice } from './PasteNotice';
import { PortalNotice } from './PortalNotice';
import type { PasteQuestion } from './page/BodyField';
import { Page } from './page/Page';
import { Panel, type PanelName } from './panel/Panel';
import { enterField, enterRegion, nextRegion } from './regions';
import { SaveTrouble } from './SaveTrouble';
import { SourceBeside, SourceNotice } from './SourceChanged';
import { TopLine } from './TopLine';
import { useDroppedFiles } from './useDroppedFiles';
import { isReadOnly, useWork } from './work/useWork';

/** A place of the piece that was asked for: a field, and in the text the words that a check told. */
interface Wish {
  field: string;
  words: string | null;
  undescribed: boolean;
}

/** Below this width the panel lies over the page and starts closed. */
const NARROW = 900;

/** One piece being written: its page, what is known of it, and the way to review. */
export function EditorScreen(props: { draftId: string; onClose: () => void }) {
  const t = useT();
  const draft = useLive('drafts.open', { draft: props.draftId }, ['drafts', 'review', 'outbox'], {
    keep: false,
  });
  if (draft.error && !draft.data) {
    return (
      <div className={css.gone}>
        <ErrorLine trouble={draft.error} />
        <Button onPress={props.onClose}>{t('editor.back')}</Button>
      </div>
    );
  }
  return draft.data ? <Editor draft={draft.data} onClose={props.onClose} /> : null;
}

function Editor({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const t = useT();
  const root = useRef<HTMLDivElement>(null);
  const [lang, setLang] = useState(draft.primary_lang);
  const { work, failure, flush, reload, leaving } = useWork(draft, lang);
  const readOnly = isReadOnly(draft);
  const checks = useLive('drafts.check', { draft: draft.id }, ['drafts'], { keep: false });
  const source = useLive('drafts.source', { draft: draft.id, lang }, ['drafts'], {
    when: lang !== draft.primary_lang,
    keep: false,
  });
  const change = (lang !== draft.primary_lang && source.data?.change) || null;
  const [sourceShown, setSourceShown] = useState(false);
  const [body, setBody] = useState<Body | null>(null);
  const [bar, setBar] = useState<BarState | null>(null);
  const [panel, setPanel] = useState<PanelName>('about');
  const [panelShown, setPanelShown] = useState(() => window.innerWidth >= NARROW);
  const [beside, setBeside] = useState<string | null>(null);
  const [earlier, setEarlier] = useState<RevisionRow | null>(null);
  const [asking, setAsking] = useState(false);
  const [missing, setMissing] = useState(0);
  const [question, setQuestion] = useState<PasteQuestion | null>(null);
  const [pasted, setPasted] = useState<PasteReport | null>(null);
  const [pictureFailure, setPictureFailure] = useState<Failure | null>(null);
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const [wanted, setWanted] = useState<Wish | null>(null);
  const [focused, setFocused] = useState(false);

  const submit = useAct('review.submit', () => {
    setAsking(false);
    setEarlier(null);
    toast(t('editor.asked'));
  });
  const addLanguage = useAct('drafts.add_language', (_, args) => {
    setLang(args.lang);
    setEarlier(null);
  });

  const show = useCallback((name: PanelName) => {
    setPanel(name);
    setPanelShown(true);
  }, []);

  const ask = useCallback(async () => {
    if (!(await flush())) return;
    const { findings, ready } = await call('drafts.check', { draft: draft.id });
    setMissing(findings.filter((finding) => finding.severity === 'error').length);
    if (ready) setAsking(true);
    else show('checks');
  }, [draft.id, flush, show]);

  const goTo = useCallback(
    (finding: Finding) => {
      if (finding.lang && finding.lang !== lang) {
        setLang(finding.lang);
        setEarlier(null);
      }
      const field = finding.field === 'thematicAreas' ? 'areas' : finding.field;
      if (['attachments', 'files', 'coverImage', 'dataFile'].includes(field)) show('files');
      else if (!['title', 'summary', 'body'].includes(field)) show('about');
      const { text, address, number } = finding.params;
      setWanted({
        field,
        words: text ?? address ?? number ?? null,
        undescribed: finding.code === 'picture_without_alt',
      });
    },
    [lang, show],
  );

  // The field may have to be drawn first: another language or panel was asked for with it.
  useEffect(() => {
    if (!wanted || !root.current || work?.version.lang !== lang) return;
    if (wanted.field === 'body') {
      if (!body) return;
      if (wanted.undescribed) body.showUndescribed();
      else if (wanted.words !== null) body.look(jumpToWords(wanted.words));
      body.focus();
    } else if (!enterField(root.current, wanted.field)) return;
    setWanted(null);
  });

  const dropFailure = useDroppedFiles(draft, body, readOnly);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const native = event.nativeEvent;
    if (isKeys(native, 'Mod+S')) void flush();
    else if (event.key === 'Escape' && !event.defaultPrevented && inPanel(event.target)) body?.focus();
    else if ((isKeys(native, 'F6') || isKeys(native, 'Shift+F6')) && root.current) {
      const region = nextRegion(root.current, event.shiftKey);
      if (region) enterRegion(region);
    } else return;
    event.preventDefault();
  };

  const events = {
    onBody: setBody,
    onBar: setBar,
    onPasted: setPasted,
    onAskTracked: setQuestion,
    onPictureFailed: setPictureFailure,
    onUnreadable: setUnreadable,
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the whole screen
    <div
      ref={root}
      className={css.screen}
      data-focused={focused || undefined}
      onKeyDown={onKeyDown}
      // Writing on means staying.
      onInput={() => leaving.wanted && leaving.answer(false)}
    >
      <TopLine
        draft={draft}
        work={work}
        lang={lang}
        readOnly={readOnly}
        beside={beside}
        panelShown={panelShown}
        asking={asking}
        onClose={onClose}
        onLang={(next) => {
          setLang(next);
          setUnreadable(null);
          setEarlier(null);
          if (beside === next) setBeside(null);
        }}
        onAddLanguage={(next) => addLanguage.mutate({ draft: draft.id, lang: next })}
        onBeside={(next) => {
          setBeside(next);
          setEarlier(null);
        }}
        onPanel={setPanelShown}
        onAsk={() => void ask()}
      />
      <div className={css.notices}>
        <StateNotice draft={draft} />
        <PortalNotice draft={draft} />
        <BroughtNotice draft={draft} />
        {change && (
          <SourceNotice
            draft={draft}
            lang={lang}
            change={change}
            readOnly={readOnly}
            shown={sourceShown}
            onShow={setSourceShown}
          />
        )}
        {failure && <ErrorLine trouble={failure} />}
        {addLanguage.error && <ErrorLine trouble={addLanguage.error} />}
        {unreadable && (
          <Notice look="attention" urgent>
            {t('editor.unreadable')}
            <details>
              <summary>{t('common.details')}</summary>
              <code dir="ltr">{unreadable}</code>
            </details>
          </Notice>
        )}
        {dropFailure && <ErrorLine trouble={dropFailure} />}
        {work && <SaveTrouble work={work} body={body} lang={lang} leaving={leaving} onTakeTheirs={reload} />}
        {question && <TrackedQuestion question={question} onDone={() => setQuestion(null)} />}
        {pasted && <PasteNotice report={pasted} onClose={() => setPasted(null)} />}
        {pictureFailure && (
          <ErrorLine trouble={pictureFailure}>
            <Button small onPress={() => setPictureFailure(null)}>
              {t('common.close')}
            </Button>
          </ErrorLine>
        )}
        {missing > 0 && panelShown && panel === 'checks' && (
          <Notice look="attention" ways={<Button onPress={() => setMissing(0)}>{t('common.close')}</Button>}>
            {t('editor.ask.missing', { count: missing })}
          </Notice>
        )}
        {asking && !readOnly && (
          <AskReview
            pending={submit.isPending}
            failure={submit.error}
            onCancel={() => setAsking(false)}
            onAsk={(note) => {
              void flush().then((done) => {
                if (done) submit.mutate(note ? { draft: draft.id, note } : { draft: draft.id });
              });
            }}
          />
        )}
      </div>
      <div
        className={css.work}
        data-panel={(panelShown && !focused) || undefined}
        data-beside={beside !== null || earlier !== null || (sourceShown && change !== null) || undefined}
      >
        {earlier && work && (
          <Earlier
            key={earlier.rev}
            draft={draft.id}
            revision={earlier}
            version={work.version}
            readOnly={readOnly}
            onClose={() => setEarlier(null)}
            onRestored={() => void reload()}
          />
        )}
        {change && sourceShown && !earlier && (
          <SourceBeside draft={draft} change={change} onClose={() => setSourceShown(false)} />
        )}
        {beside && !earlier && !(change && sourceShown) && (
          <Beside draft={draft} lang={beside} onClose={() => setBeside(null)} />
        )}
        {work && unreadable === null && (
          <section className={css.middle} aria-label={t('editor.text')} data-region>
            <Page
              work={work}
              readOnly={readOnly}
              body={body}
              focused={focused}
              onFocused={setFocused}
              {...events}
            />
          </section>
        )}
        {panelShown && work && !focused && (
          <aside className={css.aside} aria-label={t('editor.panel.label')} data-region>
            <Panel
              draft={draft}
              work={work}
              readOnly={readOnly}
              findings={checks.data?.findings}
              shown={panel}
              onShow={setPanel}
              onFinding={goTo}
              earlier={earlier?.rev ?? null}
              onEarlier={setEarlier}
              onUsePicture={(sha256, alt) => {
                body?.putStored(sha256, alt);
                body?.focus();
              }}
            />
          </aside>
        )}
      </div>
      {work && (
        <EditorFoot
          work={work}
          body={body}
          bar={bar}
          onLeaveFocus={focused ? () => setFocused(false) : null}
        />
      )}
    </div>
  );
}

function inPanel(target: EventTarget): boolean {
  return target instanceof Element && target.closest('aside') !== null;
}

/** Tracked changes are never accepted silently. */
function TrackedQuestion(props: { question: PasteQuestion; onDone: () => void }) {
  const t = useT();
  const { counts, choose } = props.question;
  const answer = (tracked: Parameters<typeof choose>[0]) => () => {
    props.onDone();
    choose(tracked);
  };
  return (
    <Notice
      look="attention"
      urgent
      ways={
        <>
          <Button onPress={answer('accept')}>{t('editor.tracked.accept')}</Button>
          <Button onPress={answer('reject')}>{t('editor.tracked.reject')}</Button>
          <Button kind="quiet" onPress={answer(null)}>
            {t('editor.tracked.cancel')}
          </Button>
        </>
      }
    >
      {t('editor.tracked', { added: counts.added, removed: counts.removed })}
    </Notice>
  );
}
