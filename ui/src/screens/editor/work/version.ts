import { call, Failure } from '../../../backend';
import type { Conflict, LanguageVersion } from '../../../backend/wire';
import { Autosave, type SaveSnapshot } from '../../../editor';
import { Listeners } from './listeners';

export type Values = Readonly<Record<string, unknown>>;

/** What is on the screen of one language version besides the text itself. */
export interface VersionWords {
  title: string;
  summary: string;
  fields: Values;
}

interface Content extends VersionWords {
  document: unknown;
  /** The text in Markdown, in place of the document. */
  markdown: string | null;
}

/**
 * The working copy of one language version: title, summary, localized fields and the text, saved together. It outlives
 * the editor's view, so that switching language or closing never depends on React.
 */
export class VersionWork {
  readonly draft: string;
  readonly lang: string;
  readonly autosave: Autosave<Content, Failure>;
  readonly #heard = new Listeners();
  readonly #saveHeard = new Listeners();
  /** Revisions this window itself made or opened: any other is somebody else's. */
  readonly #own: Set<string>;
  #words: VersionWords;
  /** The text while no editor shows it. */
  #document: unknown;
  #read: (() => unknown) | null = null;
  /** The text while it is shown and changed as Markdown. */
  #source: string | null = null;
  #frozen = false;

  constructor(draft: string, version: LanguageVersion, document: unknown) {
    this.draft = draft;
    this.lang = version.lang;
    this.#words = { title: version.title, summary: version.summary, fields: version.fields };
    this.#document = document;
    this.#own = new Set([version.rev]);
    this.autosave = new Autosave<Content, Failure>(
      {
        base: version.rev,
        read: () =>
          this.#source === null
            ? { ...this.#words, document: this.document(), markdown: null }
            : { ...this.#words, document: null, markdown: this.#source },
        save: async (base, content) => {
          const saved = await call('drafts.save', {
            draft,
            lang: version.lang,
            base,
            ...content,
          });
          this.#own.add(saved.rev);
          return saved;
        },
        judge: (thrown) => this.#judge(Failure.from(thrown)),
        changed: () => this.#saveHeard.tell(),
      },
      version.saved_at,
    );
  }

  /** The words as an immutable value: another object after each change. */
  readonly words = (): VersionWords => this.#words;
  readonly saving = (): SaveSnapshot<Failure> => this.autosave.snapshot;
  readonly hearWords = this.#heard.add;
  readonly hearSaving = this.#saveHeard.add;

  set(change: Partial<VersionWords>): void {
    if (this.#frozen) return;
    this.#words = { ...this.#words, ...change };
    this.#heard.tell();
    this.autosave.changed();
  }

  setField(key: string, value: unknown): void {
    this.set({ fields: withValue(this.#words.fields, key, value) });
  }

  /** An editor shows the text from now on; `read` gives it as it is. Answers with the document to show. */
  shownBy(read: () => unknown): void {
    this.#read = read;
  }

  /** The editor goes away and leaves its text here. */
  noLongerShown(): void {
    if (this.#read) this.#document = this.#read();
    this.#read = null;
  }

  /** From now on the text is this Markdown, until {@link pageAgain}. */
  sourceShown(markdown: string): void {
    this.#source = markdown;
  }

  setSource(markdown: string): void {
    if (this.#frozen || markdown === this.#source) return;
    this.#source = markdown;
    this.autosave.changed();
  }

  /** The text is the document again. */
  pageAgain(): void {
    this.#source = null;
  }

  document(): unknown {
    return this.#read ? this.#read() : this.#document;
  }

  /** While a piece is in review nothing changes. */
  freeze(frozen: boolean): void {
    this.#frozen = frozen;
  }

  /** The text came after this revision: hearing of it late is no news. */
  passed(rev: string | undefined): void {
    if (rev !== undefined) this.#own.add(rev);
  }

  /** Whether somebody else saved this revision while nothing here waits to be saved. */
  isOutdatedBy(rev: string): boolean {
    return !this.#own.has(rev) && this.autosave.snapshot.state === 'saved';
  }

  /** Shows what the desk holds; whatever was unsaved here is given up. */
  take(version: LanguageVersion, document: unknown): void {
    this.#own.add(version.rev);
    this.#words = { title: version.title, summary: version.summary, fields: version.fields };
    this.#document = document;
    this.#read = null;
    this.#source = null;
    this.autosave.restart(version.rev, version.saved_at);
    this.#heard.tell();
  }

  #judge(failure: Failure) {
    const { conflict } = failure;
    if (failure.code !== 'conflict') return { kind: 'failed', failure } as const;
    // A save whose answer was lost meets itself: same words on both sides.
    if (conflict && sameText(conflict)) {
      this.#own.add(conflict.theirs.rev);
      return { kind: 'ours', answer: { rev: conflict.theirs.rev, at: new Date().toISOString() } } as const;
    }
    return { kind: 'conflict', failure } as const;
  }
}

function sameText({ yours, theirs }: Conflict): boolean {
  return yours.title === theirs.title && yours.summary === theirs.summary && yours.body === theirs.body;
}

/** An empty value is no value: the key goes. */
export function withValue(values: Values, key: string, value: unknown): Values {
  const next: Record<string, unknown> = { ...values };
  if (isEmpty(value)) delete next[key];
  else next[key] = value;
  return next;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.values(value).every(isEmpty);
}
