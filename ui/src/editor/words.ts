import type { Node } from 'prosemirror-model';

/** A run of letters and digits, with the marks Arabic writes over them, and apostrophes and hyphens inside it. */
const WORD = /[\p{L}\p{N}\p{M}]+(?:['’.\-‑][\p{L}\p{N}\p{M}]+)*/gu;

const counted = new WeakMap<Node, number>();

export function countWords(text: string): number {
  return text.match(WORD)?.length ?? 0;
}

const measured = new WeakMap<Node, number>();

/** Characters of a document as people count them: letters, signs and spaces, not the marks over letters. */
export function charactersIn(node: Node): number {
  const known = measured.get(node);
  if (known !== undefined) return known;
  let characters = 0;
  if (node.isTextblock) {
    const text = node.textBetween(0, node.content.size, ' ', ' ');
    characters = [...text.replace(/[\p{M}\p{Cf}]/gu, '')].length;
  } else
    node.forEach((child) => {
      characters += charactersIn(child);
    });
  measured.set(node, characters);
  return characters;
}

/** Words of a document. Blocks that have not changed since the last count are not read again. */
export function wordsIn(node: Node): number {
  const known = counted.get(node);
  if (known !== undefined) return known;
  let words = 0;
  if (node.isTextblock) words = countWords(node.textBetween(0, node.content.size, ' ', ' '));
  else
    node.forEach((child) => {
      words += wordsIn(child);
    });
  counted.set(node, words);
  return words;
}
