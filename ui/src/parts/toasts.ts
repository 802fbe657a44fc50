import { useSyncExternalStore } from 'react';

export interface Toast {
  id: number;
  text: string;
  /** What takes it back, with its word. */
  undo?: { label: string; act: () => void };
}

/** Long enough to be read, in milliseconds. */
const TO_READ_MS = 5000;
/** Long enough to be read and taken back, in milliseconds. */
const TO_UNDO_MS = 9000;

let shown: Toast | null = null;
let next = 1;
let timer: ReturnType<typeof setTimeout> | undefined;
const heard = new Set<() => void>();

function set(toast: Toast | null) {
  shown = toast;
  for (const hear of heard) hear();
}

/** Says in one line that something was done, with the way back. The newest takes the place of the one before. */
export function toast(text: string, undo?: Toast['undo']): void {
  set({ id: next++, text, undo });
  release();
}

/** Somebody is at it: it stays until {@link release}. */
export function hold(): void {
  clearTimeout(timer);
}

/** It leaves by itself, counted from now. */
export function release(): void {
  clearTimeout(timer);
  const here = shown;
  if (here) timer = setTimeout(() => dismiss(here.id), here.undo ? TO_UNDO_MS : TO_READ_MS);
}

export function dismiss(id: number): void {
  if (shown?.id === id) set(null);
}

export function useToast(): Toast | null {
  return useSyncExternalStore(
    (hear) => {
      heard.add(hear);
      return () => heard.delete(hear);
    },
    () => shown,
  );
}
