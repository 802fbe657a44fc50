import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { call, Failure } from '../../../backend';
import type { Draft } from '../../../backend/wire';
import { beforeLeaving } from '../../../state/screen';
import { DescriptionWork } from './description';
import { together } from './saving';
import { VersionWork } from './version';

export interface Work {
  description: DescriptionWork;
  version: VersionWork;
  /** Changes whenever the text must be shown anew from the desk. */
  shown: number;
}

/** States in which a piece may not be changed. */
export function isReadOnly(draft: Draft): boolean {
  return draft.state === 'in_review' || draft.trashed;
}

/**
 * A language version and its text as of one revision. They are two answers: should somebody save between them, both
 * are asked again, so that the words are never older than the revision the next save is based on. `known` is what the
 * desk said of the piece before: it is asked anew only when that is about another revision than the text.
 */
async function readVersion(id: string, lang: string, known?: Draft) {
  for (let tries = 0; ; tries += 1) {
    const text = await call('drafts.document', { draft: id, lang });
    const isSame = known?.languages.some((one) => one.lang === lang && one.rev === text.rev);
    const draft = known && isSame ? known : await call('drafts.open', { draft: id });
    const version = draft.languages.find((one) => one.lang === lang);
    if (!version) return null;
    if (version.rev === text.rev || tries === 3) {
      return { draft, version: { ...version, rev: text.rev }, document: text.document };
    }
  }
}

/**
 * The working copies of a piece: its description, and the language version on the screen. Saves whatever is unsaved
 * before another language is shown, the window loses the eye, or the screen is left; takes what others saved.
 */
export function useWork(draft: Draft | undefined, lang: string | null) {
  const [work, setWork] = useState<Work | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const current = useRef<Work | null>(null);
  current.current = work;

  const flush = useCallback(async () => {
    const open = current.current;
    if (!open) return true;
    const done = await Promise.all([open.version.autosave.flush(), open.description.autosave.flush()]);
    return done.every(Boolean);
  }, []);

  const putAside = useCallback(async () => {
    const open = current.current;
    if (!open) return true;
    const done = await Promise.all([open.version.autosave.putAside(), open.description.autosave.flush()]);
    return done.every(Boolean);
  }, []);

  const leaving = useLeaving(work, flush);

  const id = draft?.id;
  const known = useRef(draft);
  known.current = draft;

  // Opens the wanted language, having saved the former one.
  useEffect(() => {
    if (!id || !lang) return;
    let wanted = true;
    const open = async () => {
      const former = current.current;
      if (former?.version.draft === id && former.version.lang === lang) return;
      await putAside();
      const before = known.current;
      const read = await readVersion(id, lang, before);
      if (!wanted || !read) return;
      const version = new VersionWork(id, read.version, read.document);
      // What was known when the text was asked for is not newer than the text.
      version.passed(before?.languages.find((one) => one.lang === lang)?.rev);
      // The former copy is not stopped: what is typed until its editor closes is still saved by it.
      setWork((former) => ({
        description: former?.description ?? new DescriptionWork(read.draft),
        version,
        shown: (former?.shown ?? 0) + 1,
      }));
      setFailure(null);
    };
    open().catch((thrown: unknown) => {
      if (wanted) setFailure(Failure.from(thrown));
    });
    return () => {
      wanted = false;
    };
  }, [id, lang, putAside]);

  /** Shows what the desk holds of this language. A text that met another is handed over first, to stay in the history. */
  const reload = useCallback(async () => {
    const open = current.current;
    if (!open || !(await open.version.autosave.putAside())) return;
    const read = await readVersion(open.version.draft, open.version.lang);
    if (!read || current.current !== open) return;
    open.version.take(read.version, read.document);
    setWork({ ...open, shown: open.shown + 1 });
  }, []);

  // What somebody else saved, when nothing here would be lost.
  useEffect(() => {
    if (!work || !draft) return;
    const readOnly = isReadOnly(draft);
    work.version.freeze(readOnly);
    work.description.freeze(readOnly);
    const version = draft.languages.find((one) => one.lang === work.version.lang);
    if (version && work.version.isOutdatedBy(version.rev)) void reload();
    if (work.description.isOutdatedBy(draft.fields_rev)) work.description.take(draft);
  }, [work, draft, reload]);

  useEffect(() => {
    const save = () => void flush();
    const onHidden = () => {
      if (document.visibilityState === 'hidden') save();
    };
    const onUnload = (event: BeforeUnloadEvent) => {
      const open = current.current;
      if (!open) return;
      const { state } = together([open.version.autosave.snapshot, open.description.autosave.snapshot]);
      if (state === 'saved') return;
      save();
      event.preventDefault();
    };
    document.addEventListener('visibilitychange', onHidden);
    window.addEventListener('blur', save);
    window.addEventListener('pagehide', save);
    window.addEventListener('beforeunload', onUnload);
    return () => {
      document.removeEventListener('visibilitychange', onHidden);
      window.removeEventListener('blur', save);
      window.removeEventListener('pagehide', save);
      window.removeEventListener('beforeunload', onUnload);
      save();
    };
  }, [flush]);

  return { work, failure, flush, reload, leaving };
}

/** A wish to leave that could not be granted at once, waiting for the answer of the person. */
export interface Leaving {
  wanted: boolean;
  /** True: leave although not everything is saved as the present text. */
  answer: (leave: boolean) => void;
}

/**
 * A screen is left when everything is stored. When it cannot be, the wish to leave waits: until the person says so, until
 * a later try succeeds, or until somebody writes on, which means staying.
 */
function useLeaving(work: Work | null, flush: () => Promise<boolean>): Leaving {
  const [wish, setWish] = useState<((leave: boolean) => void) | null>(null);
  const held = useRef(wish);
  const latest = useRef(work);
  latest.current = work;
  const answer = useCallback((leave: boolean) => {
    held.current?.(leave);
    held.current = null;
    setWish(null);
  }, []);

  useEffect(() => {
    const stop = beforeLeaving(async () => {
      answer(false);
      if (await flush()) return true;
      // Of two texts that met, both are in the history before anything is asked.
      const autosave = latest.current?.version.autosave;
      if (autosave?.snapshot.state === 'conflict') await autosave.putAside();
      return new Promise<boolean>((resolve) => {
        held.current = resolve;
        setWish(() => resolve);
      });
    });
    return () => {
      stop();
      answer(false);
    };
  }, [flush, answer]);

  useEffect(() => {
    if (!work || !wish) return;
    const look = () => {
      const states = [work.version.autosave.snapshot.state, work.description.autosave.snapshot.state];
      if (states.every((state) => state === 'saved')) answer(true);
    };
    const stops = [work.version.hearSaving(look), work.description.hearSaving(look)];
    look();
    return () => {
      for (const stop of stops) stop();
    };
  }, [work, wish, answer]);

  return useMemo(() => ({ wanted: wish !== null, answer }), [wish, answer]);
}

/** How saving stands, all working copies together. */
export function useSaving(work: Work) {
  const version = useSyncExternalStore(work.version.hearSaving, work.version.saving);
  const description = useSyncExternalStore(work.description.hearSaving, work.description.saving);
  return together([version, description]);
}

export function useVersionWords(work: Work) {
  return useSyncExternalStore(work.version.hearWords, work.version.words);
}

export function useDescription(work: Work) {
  return useSyncExternalStore(work.description.hearValues, work.description.values);
}
