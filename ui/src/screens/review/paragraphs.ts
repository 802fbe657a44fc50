import type { Change } from '../../backend/wire';

/** The changes of a text, cut where its paragraphs end: each paragraph then finds its own direction. */
export function paragraphs(changes: Change[]): Change[][] {
  const all: Change[][] = [[]];
  for (const change of changes) {
    change.text.split(/\n{2,}/).forEach((text, index) => {
      if (index > 0) all.push([]);
      if (text !== '') all.at(-1)?.push({ kind: change.kind, text });
    });
  }
  return all.filter((paragraph) => paragraph.some((change) => change.text.trim() !== ''));
}

/** How many words were put in or taken out. */
export function changedWords(changes: Change[]): number {
  return changes
    .filter((change) => change.kind !== 'same')
    .reduce((sum, change) => sum + (change.text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0), 0);
}
