import type { Changes, Commands } from './wire';

/** One way of reaching the desk. There are two: the window's own bridge, and HTTP on this machine for browser tests. */
export interface Door {
  call<N extends keyof Commands>(name: N, args: Commands[N]['args']): Promise<Commands[N]['result']>;
  /** Calls `heard` after every change in the desk, whoever made it. Answers with the way to stop. */
  listen(heard: (changes: Changes) => void): () => void;
  blobUrl(sha256: string): string;
  firstPageUrl(sha256: string): string;
  thumbnailUrl(publication: string): string;
  /** Calls `heard` when the window is about to close; it answers with `app.closing`. */
  onClosing(heard: () => void): () => void;
  /** Files dragged onto the window, as paths, where the door knows paths. Answers with the way to stop. */
  onDrop(heard: (drop: FileDrop) => void): () => void;
}

export type FileDrop = { kind: 'over' } | { kind: 'leave' } | { kind: 'drop'; paths: string[] };
