/** A piece of found text, and whether it is what was looked for. */
export interface Part {
  text: string;
  found: boolean;
}

const START = '\u0001';
const END = '\u0002';
const AROUND = new RegExp(`([${START}${END}])`);

/** The parts of a snippet whose matches stand between U+0001 and U+0002. */
export function marked(snippet: string): Part[] {
  const parts: Part[] = [];
  let found = false;
  for (const piece of snippet.split(AROUND)) {
    if (piece === START) found = true;
    else if (piece === END) found = false;
    else if (piece !== '') parts.push({ text: piece, found });
  }
  return parts;
}

/** The same text without marks. */
export function withoutMarks(snippet: string): string {
  return snippet.replaceAll(START, '').replaceAll(END, '');
}
