import type { CallFailure, Conflict } from './wire';

/** A command that did not succeed. Sentences are found by `code` in the locale files; `detail` is for the administrator. */
export class Failure extends Error {
  readonly code: string;
  readonly params: Record<string, string>;
  readonly detail: string;
  /** Both texts of a save that met a newer one; only with code `conflict`. */
  readonly conflict: Conflict | null;

  constructor(from: CallFailure) {
    super(from.code);
    this.name = 'Failure';
    this.code = from.code;
    this.params = from.params ?? {};
    this.detail = from.detail ?? '';
    this.conflict = from.conflict ?? null;
  }

  /** Whatever was thrown, as a Failure: commands reject with an object, broken wires with anything at all. */
  static from(thrown: unknown): Failure {
    if (thrown instanceof Failure) return thrown;
    if (
      typeof thrown === 'object' &&
      thrown !== null &&
      'code' in thrown &&
      typeof thrown.code === 'string'
    ) {
      return new Failure(thrown as CallFailure);
    }
    return new Failure({ code: 'unexpected', params: {}, detail: String(thrown) });
  }
}
