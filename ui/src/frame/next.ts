import type { OutboxEntry } from '../backend/wire';

/** When something will next be tried: the earliest time among what waits and is not held. */
export function nextTry(entries: OutboxEntry[]): string | null {
  const times = entries
    .filter((entry) => entry.state === 'waiting' && !entry.held && entry.next_attempt_at !== null)
    .map((entry) => entry.next_attempt_at as string)
    .sort();
  return times[0] ?? null;
}
