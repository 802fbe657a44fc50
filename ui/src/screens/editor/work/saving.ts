import type { Failure } from '../../../backend';
import type { SaveSnapshot, SaveState } from '../../../editor';

const WORST_FIRST: SaveState[] = ['conflict', 'failed', 'unsaved', 'saving', 'saved'];

/** One truth about several things being saved: the worst of them; saved only when all are. */
export function together(all: SaveSnapshot<Failure>[]): SaveSnapshot<Failure> {
  const state = WORST_FIRST.find((one) => all.some((snapshot) => snapshot.state === one)) ?? 'saved';
  const times = all.map((snapshot) => snapshot.savedAt).filter((time): time is string => time !== null);
  return {
    state,
    savedAt: times.sort().at(-1) ?? null,
    failure: all.find((snapshot) => snapshot.state === state)?.failure ?? null,
  };
}
