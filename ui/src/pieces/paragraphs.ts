import type { Aspect, Change, ChangeKind, Note } from '../backend/wire';

/** A run of words, and what changed about how it stands in its line. */
export interface Run {
  kind: ChangeKind;
  text: string;
  notes: Note[];
}

/** One block of the text, and what changed about it as a whole. */
export interface Paragraph {
  runs: Run[];
  notes: Note[];
}

/** What a block is as a whole; anything else is of the words themselves. */
const OF_BLOCKS: ReadonlySet<Aspect> = new Set(['heading', 'list', 'block', 'direction']);

/**
 * The changes of a text, cut where its blocks end: each then finds its own direction. What changed about a whole block is
 * told once for it, however many runs it has.
 */
export function paragraphs(changes: Change[]): Paragraph[] {
  const all: Paragraph[] = [{ runs: [], notes: [] }];
  for (const change of changes) {
    change.text.split(/\n{2,}/).forEach((text, index) => {
      if (index > 0) all.push({ runs: [], notes: [] });
      const here = all.at(-1);
      if (!here || text === '') return;
      const notes = change.notes ?? [];
      here.runs.push({ kind: change.kind, text, notes: notes.filter(({ what }) => !OF_BLOCKS.has(what)) });
      for (const note of notes) {
        if (OF_BLOCKS.has(note.what) && !here.notes.some((told) => sameNote(told, note)))
          here.notes.push(note);
      }
    });
  }
  return all.filter(({ runs }) => runs.some(({ text }) => text.trim() !== ''));
}

/** How many words were put in or taken out. */
export function changedWords(changes: Change[]): number {
  return changes
    .filter((change) => change.kind !== 'same')
    .reduce((sum, change) => sum + (change.text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0), 0);
}

/** At how many places words that stayed stand differently. */
export function changedForms(changes: Change[]): number {
  return paragraphs(changes)
    .flatMap(({ runs, notes }) => [notes, ...runs.map((run) => run.notes)])
    .reduce((sum, notes) => sum + notes.length, 0);
}

/** Whether anything at all changed: also signs, boxes and pictures, which are no words. */
export function isSame(changes: Change[]): boolean {
  return changes.every((change) => change.kind === 'same' && !change.notes?.length);
}

function sameNote(one: Note, other: Note): boolean {
  return one.what === other.what && one.before === other.before && one.after === other.after;
}
