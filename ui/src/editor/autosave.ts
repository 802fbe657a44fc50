/**
 * What can truthfully be said about a text being edited:
 * `saved`: the desk has answered for exactly what is on the screen. `unsaved`: it has not been sent yet. `saving`: it
 * is on its way. `failed`: the last try did not succeed; another follows by itself. `conflict`: somebody else saved
 * meanwhile; nothing more is saved until a person decides, because the desk keeps every text it refuses.
 */
export type SaveState = 'saved' | 'unsaved' | 'saving' | 'failed' | 'conflict';

export interface SaveSnapshot<F> {
  state: SaveState;
  /** When the desk last answered; null until it has. */
  savedAt: string | null;
  /** Why the last try failed or met another; null otherwise. */
  failure: F | null;
}

/** What the desk answers: the revision to base the next save on, and its time. */
export interface SaveAnswer {
  rev: string;
  at: string;
}

export interface AutosaveOptions<Content, F> {
  /** Revision the text on the screen began from. */
  base: string;
  /** The content at this moment; called once for each save. */
  read(): Content;
  save(base: string, content: Content): Promise<SaveAnswer>;
  /** Sorts what `save` threw. A conflict that turns out to be our own lost answer gives the revision to go on from. */
  judge(thrown: unknown): { kind: 'failed' | 'conflict'; failure: F } | { kind: 'ours'; answer: SaveAnswer };
  changed(snapshot: SaveSnapshot<F>): void;
  /** Pause in typing before a save. */
  debounceMs?: number;
  /** Longest time a change waits however long somebody types without a pause. */
  maxWaitMs?: number;
  /** Waits before the next tries after a failure; the last one repeats. */
  retryMs?: readonly number[];
}

const DEBOUNCE_MS = 400;
const MAX_WAIT_MS = 900;
const RETRY_MS = [500, 2000, 5000, 15_000] as const;

/**
 * Saves a text while it is being written: one save at a time, each based on the answer of the one before, and never a
 * word of "saved" for anything but the latest content.
 */
export class Autosave<Content, F> {
  readonly #options: AutosaveOptions<Content, F>;
  #base: string;
  /** Grows with each change; `#saved` is the version the desk has answered for. */
  #version = 0;
  #saved = 0;
  /** The version the desk refused for another text, and keeps beside it. */
  #refused = 0;
  #dirtySince: number | null = null;
  #inFlight: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #stopped = false;
  #snapshot: SaveSnapshot<F>;

  constructor(options: AutosaveOptions<Content, F>, savedAt: string | null = null) {
    this.#options = options;
    this.#base = options.base;
    this.#snapshot = { state: 'saved', savedAt, failure: null };
  }

  get snapshot(): SaveSnapshot<F> {
    return this.#snapshot;
  }

  /** The revision the next save is based on. */
  get base(): string {
    return this.#base;
  }

  /** The content is another one now. Cheap: called for every keystroke. */
  changed(): void {
    if (this.#stopped) return;
    this.#version += 1;
    this.#dirtySince ??= Date.now();
    if (this.#snapshot.state === 'conflict') return;
    if (this.#snapshot.state === 'saved') this.#tell({ state: 'unsaved', failure: null });
    if (this.#inFlight) {
      // What is on its way is no longer the latest.
      if (this.#snapshot.state === 'saving') this.#tell({ state: 'unsaved', failure: null });
      return;
    }
    // After a failure the next try has its time already; typing must not push it away.
    if (this.#failures === 0) this.#schedule();
  }

  /**
   * Saves at once whatever is not saved. Answers whether the desk holds everything that was there at the call; false
   * after a failed try or with a conflict open.
   */
  async flush(): Promise<boolean> {
    const wanted = this.#version;
    while (this.#saved < wanted) {
      if (this.#snapshot.state === 'conflict' || this.#stopped) return false;
      const before = this.#failures;
      await (this.#inFlight ?? this.#save());
      if (this.#failures > before) return false;
    }
    return this.#snapshot.state !== 'conflict';
  }

  /**
   * Leaves this text: with a conflict open, what was written since the desk refused it is handed over once more, to be
   * kept beside the present text. Answers whether the desk holds everything.
   */
  async putAside(): Promise<boolean> {
    if (this.#snapshot.state !== 'conflict') return this.flush();
    if (this.#refused !== this.#version) await (this.#inFlight ?? this.#save());
    return this.#snapshot.state === 'conflict' && this.#refused === this.#version;
  }

  /** A person decided to keep this text: it is saved upon `theirs`, which stays in the history. */
  keepMine(theirs: string): Promise<boolean> {
    this.#base = theirs;
    if (this.#saved === this.#version) this.#version += 1;
    this.#tell({ state: 'unsaved', failure: null });
    return this.flush();
  }

  /** The screen now shows the revision `base` of the desk; whatever was unsaved here is given up. */
  restart(base: string, savedAt: string | null): void {
    clearTimeout(this.#timer);
    this.#base = base;
    this.#saved = this.#version;
    this.#dirtySince = null;
    this.#failures = 0;
    this.#tell({ state: 'saved', savedAt, failure: null });
  }

  /** No further saves; the last one may still be on its way. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const { debounceMs = DEBOUNCE_MS, maxWaitMs = MAX_WAIT_MS, retryMs = RETRY_MS } = this.#options;
    let wait: number;
    if (this.#failures > 0) wait = retryMs[Math.min(this.#failures, retryMs.length) - 1] ?? maxWaitMs;
    else {
      const waited = Date.now() - (this.#dirtySince ?? Date.now());
      wait = Math.max(0, Math.min(debounceMs, maxWaitMs - waited));
    }
    this.#timer = setTimeout(() => void this.#save(), wait);
  }

  #save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#inFlight) return this.#inFlight;
    if (this.#stopped || this.#saved === this.#version) return Promise.resolve();
    const run = this.#trySave().finally(() => {
      this.#inFlight = null;
      const { state } = this.#snapshot;
      if (!this.#stopped && state !== 'conflict' && this.#saved < this.#version) this.#schedule();
    });
    this.#inFlight = run;
    return run;
  }

  async #trySave(): Promise<void> {
    const version = this.#version;
    const base = this.#base;
    this.#dirtySince = null;
    // A failure or a conflict stays told until a try succeeds; "saving" over and over would hide it.
    if (!['failed', 'conflict'].includes(this.#snapshot.state))
      this.#tell({ state: 'saving', failure: null });
    let answer: SaveAnswer;
    try {
      answer = await this.#options.save(base, this.#options.read());
    } catch (thrown) {
      // The screen took another text meanwhile: the answer is about one that is no longer here.
      if (this.#base !== base) return;
      const judged = this.#options.judge(thrown);
      if (judged.kind !== 'ours') {
        this.#failures += 1;
        if (judged.kind === 'conflict') this.#refused = version;
        this.#dirtySince ??= Date.now();
        this.#tell({ state: judged.kind, failure: judged.failure });
        return;
      }
      answer = judged.answer;
    }
    if (this.#base !== base) return;
    this.#base = answer.rev;
    this.#failures = 0;
    this.#saved = Math.max(this.#saved, version);
    const latest = this.#saved === this.#version;
    this.#tell({ state: latest ? 'saved' : 'unsaved', savedAt: answer.at, failure: null });
  }

  #tell(change: Partial<SaveSnapshot<F>>): void {
    const next = { ...this.#snapshot, ...change };
    const { state, savedAt, failure } = this.#snapshot;
    if (next.state === state && next.savedAt === savedAt && next.failure === failure) return;
    this.#snapshot = next;
    this.#options.changed(next);
  }
}
