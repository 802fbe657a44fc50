/** Up to two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = [...(words[0] ?? '')][0] ?? '';
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : '';
  // Two Arabic letters side by side would join into a word.
  const joined = /\p{Script=Arabic}/u.test(first) && last ? `${first}\u200c${last}` : first + last;
  return joined.toLocaleUpperCase();
}
