import type { Change } from '../../backend/wire';

/** The changes of a text, cut where its paragraphs end: each paragraph then finds its own direction. */
export function paragraphs(changes: Change[]): Change[][] {
  const all: Change[][] = [[]];
  for (const change of changes) {
    change.text.split(/\n{2,}/).forEach((text, index) => {
      if (index > 0) all.push([]);
      const clean = withoutSigns(text);
      if (clean !== '') all.at(-1)?.push({ kind: change.kind, text: clean });
    });
  }
  return all.filter((paragraph) => paragraph.some((change) => change.text.trim() !== ''));
}

/** The text without the signs of Markdown that an approver need not know; lists keep a dot. */
function withoutSigns(text: string): string {
  return text
    .replace(/^\s{0,3}#{1,6}\s+/gm, '')
    .replace(/^(\s*)[-*+]\s+/gm, '$1• ')
    .replace(/\*\*|__|~~|`/g, '')
    .replace(/(^|[\s(«"])[*_](?=\S)|([^\s\\])[*_](?=$|[\s).,;:!?»"،؛؟])/g, '$1$2')
    .replace(/\\([\\`*_{}[\]()#+.!|<>~-])/g, '$1');
}

/** How many words were put in or taken out. */
export function changedWords(changes: Change[]): number {
  return changes
    .filter((change) => change.kind !== 'same')
    .reduce((sum, change) => sum + (change.text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0), 0);
}
