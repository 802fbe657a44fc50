import type { Door, FileDrop } from './door';
import { httpDoor } from './http';
import { tauriDoor } from './tauri';
import type { Changes, Commands } from './wire';

export type { FileDrop } from './door';
export { Failure } from './failure';

declare global {
  interface Window {
    __TAURI_INTERNALS__?: unknown;
  }
}

let door: Promise<Door> | undefined;

function theDoor(): Promise<Door> {
  door ??= Promise.resolve(window.__TAURI_INTERNALS__ === undefined ? httpDoor() : tauriDoor);
  door.then((opened) => {
    current = opened;
  });
  return door;
}

let current: Door | undefined;

/** For tests: another way in. */
export function openThrough(other: Door) {
  door = Promise.resolve(other);
  current = other;
}

/** Opens the way to the desk. Awaited once before the first screen, so that picture addresses are known from then on. */
export async function open(): Promise<void> {
  await theDoor();
}

/** Calls one command of the desk. Rejects with a {@link Failure} and nothing else. */
export async function call<N extends keyof Commands>(
  name: N,
  args: Commands[N]['args'],
): Promise<Commands[N]['result']> {
  return (await theDoor()).call(name, args);
}

/** Hears every change in the desk, from this window and from others. */
export function listen(heard: (changes: Changes) => void): () => void {
  return later((opened) => opened.listen(heard));
}

/** Hears files dragged onto the window. */
export function onDrop(heard: (drop: FileDrop) => void): () => void {
  return later((opened) => opened.onDrop(heard));
}

/** Hears that the window is about to close, while there is still a moment to keep what was typed. */
export function onClosing(heard: () => void): () => void {
  return later((opened) => opened.onClosing(heard));
}

/** Address of the bytes of a stored file. */
export function blobUrl(sha256: string): string {
  return current?.blobUrl(sha256) ?? '';
}

/** Address of a small picture of the first page of a file of a draft or a release. */
export function firstPageUrl(sha256: string): string {
  return current?.firstPageUrl(sha256) ?? '';
}

/** Address of the small picture of a publication's first page. */
export function thumbnailUrl(publication: string): string {
  return current?.thumbnailUrl(publication) ?? '';
}

function later(start: (opened: Door) => () => void): () => void {
  let stopped = false;
  let stop: (() => void) | undefined;
  void theDoor().then((opened) => {
    if (!stopped) stop = start(opened);
  });
  return () => {
    stopped = true;
    stop?.();
  };
}
