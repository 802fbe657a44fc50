/** Who wants to hear of changes. */
export class Listeners {
  readonly #all = new Set<() => void>();

  /** Answers with the way to stop. */
  readonly add = (hear: () => void): (() => void) => {
    this.#all.add(hear);
    return () => this.#all.delete(hear);
  };

  tell(): void {
    for (const hear of [...this.#all]) hear();
  }
}
