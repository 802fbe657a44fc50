/** Where some words stand in a row of texts: which text, and from where to where in it (UTF-16). */
export interface Span {
  text: number;
  from: number;
  to: number;
}

const LETTER = /[\p{Alphabetic}\p{N}]/u;

interface Letter extends Span {
  letter: string;
}

function letters(texts: readonly string[]): Letter[] {
  const found: Letter[] = [];
  for (const [index, text] of texts.entries()) {
    let at = 0;
    for (const letter of text) {
      const to = at + letter.length;
      if (LETTER.test(letter)) found.push({ letter, text: index, from: at, to });
      at = to;
    }
  }
  return found;
}

/**
 * The spans of the nth place where words stand, compared by letters and digits alone, as the desk counts them: what a
 * page shows has other spaces and signs than the text behind it. Empty when they do not stand there.
 */
export function findWords(texts: readonly string[], words: string, nth: number): Span[] {
  const wanted = letters([words]).map((one) => one.letter);
  const all = letters(texts);
  if (wanted.length === 0) return [];
  let seen = 0;
  for (let start = 0; start + wanted.length <= all.length; start++) {
    if (!wanted.every((letter, index) => all[start + index]?.letter === letter)) continue;
    if (seen === nth) return join(all.slice(start, start + wanted.length));
    seen += 1;
    start += wanted.length - 1;
  }
  return [];
}

/** Letters next to each other become one span for each text they are in. */
function join(run: readonly Letter[]): Span[] {
  const spans: Span[] = [];
  for (const { text, from, to } of run) {
    const last = spans.at(-1);
    if (last && last.text === text) last.to = to;
    else spans.push({ text, from, to });
  }
  return spans;
}
