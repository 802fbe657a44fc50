import { useSyncExternalStore } from 'react';

export interface Toast {
  id: number;
  text: string;
  /** What takes it back, with its word. */
  undo?: { label: string; act: () => void };
}

const LONG_ENOUGH_MS = 8000;

let shown: Toast[] = [];
let next = 1;
const heard = new Set<() => void>();

function set(toasts: Toast[]) {
  shown = toasts;
  for (const hear of heard) hear();
}

/** Says in one line that something was done, with the way back. Leaves by itself. */
export function toast(text: string, undo?: Toast['undo']): void {
  const id = next++;
  set([...shown.slice(-2), { id, text, undo }]);
  setTimeout(() => dismiss(id), LONG_ENOUGH_MS);
}

export function dismiss(id: number): void {
  if (shown.some((one) => one.id === id)) set(shown.filter((one) => one.id !== id));
}

export function useToasts(): Toast[] {
  return useSyncExternalStore(
    (hear) => {
      heard.add(hear);
      return () => heard.delete(hear);
    },
    () => shown,
  );
}
