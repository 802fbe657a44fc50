/** Where a key leads in a list of `count` rows from row `at`; null when it is not a key that moves. */
export function goesTo(key: string, at: number, count: number, perPage: number): number | null {
  const within = (to: number) => Math.min(Math.max(to, 0), count - 1);
  switch (key) {
    case 'ArrowDown':
      return within(at + 1);
    case 'ArrowUp':
      return within(at - 1);
    case 'PageDown':
      return within(at + Math.max(perPage, 1));
    case 'PageUp':
      return within(at - Math.max(perPage, 1));
    case 'Home':
      return within(0);
    case 'End':
      return within(count - 1);
    case ' ':
      // What has the keyboard is chosen already; the list must not scroll away under it.
      return at;
    default:
      return null;
  }
}

/** Letters typed with pauses shorter than this are one word, milliseconds. */
const ONE_WORD = 800;

/** First letters lead to the next title that begins with them; the same letter again leads on. */
export function ahead(
  now: () => number = Date.now,
): (key: string, at: number, titles: string[]) => number | null {
  let word = '';
  let last = 0;
  return (key, at, titles) => {
    if ([...key].length !== 1) return null;
    word = now() - last < ONE_WORD ? word + key : key;
    last = now();
    const same = [...word].every((letter) => letter === word[0]);
    const wanted = fold(same ? key : word);
    // A word that grows may stay where it is; a letter alone leads on.
    const from = same ? at + 1 : at;
    for (let step = 0; step < titles.length; step++) {
      const to = (from + step) % titles.length;
      if (fold(titles[to] ?? '').startsWith(wanted)) return to;
    }
    return null;
  };
}

/** Without case, marks and vowel signs. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}
