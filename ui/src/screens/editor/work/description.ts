import { call, Failure } from '../../../backend';
import type { Draft } from '../../../backend/wire';
import { Autosave, type SaveSnapshot } from '../../../editor';
import { Listeners } from './listeners';
import { type Values, withValue } from './version';

/** What is said of a piece once for all its languages. */
export interface DescriptionValues {
  fields: Values;
  areas: readonly string[];
  urgent: boolean;
}

/**
 * The working copy of the fields that all languages share. Fields do not overwrite each other: when somebody else
 * saved meanwhile, their values are taken for every field that was not touched here.
 */
export class DescriptionWork {
  readonly autosave: Autosave<DescriptionValues, Failure>;
  readonly #draft: string;
  readonly #heard = new Listeners();
  readonly #saveHeard = new Listeners();
  readonly #own: Set<string>;
  #values: DescriptionValues;
  /** Touched here since the desk last answered. */
  #touched = new Set<string>();
  #frozen = false;

  constructor(draft: Draft) {
    this.#draft = draft.id;
    this.#values = { fields: draft.fields, areas: draft.areas, urgent: draft.urgent };
    this.#own = new Set([draft.fields_rev]);
    this.autosave = new Autosave<DescriptionValues, Failure>(
      {
        base: draft.fields_rev,
        read: () => this.#values,
        save: (base) => this.#save(base),
        judge: (thrown) => ({ kind: 'failed', failure: Failure.from(thrown) }),
        changed: () => this.#saveHeard.tell(),
      },
      draft.updated_at,
    );
  }

  readonly values = (): DescriptionValues => this.#values;
  readonly saving = (): SaveSnapshot<Failure> => this.autosave.snapshot;
  readonly hearValues = this.#heard.add;
  readonly hearSaving = this.#saveHeard.add;

  setField(key: string, value: unknown): void {
    this.#change({ fields: withValue(this.#values.fields, key, value) }, `fields.${key}`);
  }

  setAreas(areas: string[]): void {
    this.#change({ areas }, 'areas');
  }

  setUrgent(urgent: boolean): void {
    this.#change({ urgent }, 'urgent');
  }

  freeze(frozen: boolean): void {
    this.#frozen = frozen;
  }

  isOutdatedBy(rev: string): boolean {
    return !this.#own.has(rev) && this.autosave.snapshot.state === 'saved';
  }

  take(draft: Draft): void {
    this.#own.add(draft.fields_rev);
    this.#values = { fields: draft.fields, areas: draft.areas, urgent: draft.urgent };
    this.#touched.clear();
    this.autosave.restart(draft.fields_rev, draft.updated_at);
    this.#heard.tell();
  }

  #change(change: Partial<DescriptionValues>, what: string): void {
    if (this.#frozen) return;
    this.#values = { ...this.#values, ...change };
    this.#touched.add(what);
    this.#heard.tell();
    this.autosave.changed();
  }

  async #save(base: string) {
    try {
      return await this.#send(base);
    } catch (thrown) {
      if (Failure.from(thrown).code !== 'conflict') throw thrown;
      const theirs = await call('drafts.open', { draft: this.#draft });
      this.#values = merged(this.#values, theirs, this.#touched);
      this.#heard.tell();
      return await this.#send(theirs.fields_rev);
    }
  }

  async #send(base: string) {
    const { fields, areas, urgent } = this.#values;
    const sent = this.#touched;
    this.#touched = new Set();
    try {
      const saved = await call('drafts.set_fields', {
        draft: this.#draft,
        base,
        fields,
        areas: [...areas],
        urgent,
      });
      this.#own.add(saved.fields_rev);
      return { rev: saved.fields_rev, at: saved.at };
    } catch (thrown) {
      for (const what of sent) this.#touched.add(what);
      throw thrown;
    }
  }
}

/** Theirs, with what was touched here laid over it. */
export function merged(
  mine: DescriptionValues,
  theirs: DescriptionValues,
  touched: ReadonlySet<string>,
): DescriptionValues {
  let fields: Values = theirs.fields;
  for (const what of touched) {
    if (what.startsWith('fields.')) {
      const key = what.slice('fields.'.length);
      fields = withValue(fields, key, mine.fields[key]);
    }
  }
  return {
    fields,
    areas: touched.has('areas') ? mine.areas : theirs.areas,
    urgent: touched.has('urgent') ? mine.urgent : theirs.urgent,
  };
}
