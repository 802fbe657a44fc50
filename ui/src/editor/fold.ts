/**
 * Folding for search: what a reader means, not what was typed. The same rules as the desk's search
 * (`src-tauri/content/src/fold.rs`); both are held to `tests/fixtures/folding/cases.json`.
 */

/** Marks and invisible characters that carry no meaning for search. */
const DROPPED =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single marks and joiners are what is meant
  /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08ca-\u08e1\u08e3-\u08ff\u0640\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]/gu;

/** Letters that readers take for the same, and those no decomposition takes apart. */
const SAME: Record<string, string> = {
  ٱ: 'ا',
  ٲ: 'ا',
  ٳ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ې: 'ي',
  ے: 'ي',
  ة: 'ه',
  ہ: 'ه',
  ھ: 'ه',
  ۃ: 'ه',
  ە: 'ه',
  ک: 'ك',
  ڪ: 'ك',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ı: 'i',
  ς: 'σ',
};
for (let digit = 0; digit < 10; digit += 1) {
  SAME[String.fromCodePoint(0x660 + digit)] = String(digit);
  SAME[String.fromCodePoint(0x6f0 + digit)] = String(digit);
}

const known = new Map<string, string>();

/** What one character folds to: nothing, one character or several. */
export function foldChar(char: string): string {
  let folded = known.get(char);
  if (folded === undefined) {
    const bare = char.normalize('NFKD').replace(DROPPED, '').toLowerCase();
    folded = [...bare.normalize('NFKD').replace(DROPPED, '')].map((one) => SAME[one] ?? one).join('');
    known.set(char, folded);
  }
  return folded;
}

export function fold(text: string): string {
  return [...text].map(foldChar).join('');
}
