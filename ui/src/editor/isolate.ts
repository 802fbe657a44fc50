import type { Direction } from './schema';

/** A stretch of a line that must run by itself, or what stands at its edges is drawn on its wrong side. */
export interface Isolate {
  from: number;
  to: number;
  dir: Direction;
}

// The desk decides the same for the pages of portals (`content::body::isolate`); both are held to one table,
// `tests/fixtures/isolates/cases.json`.

const D = '[0-9\\u0660-\\u0669\\u06f0-\\u06f9]';
const UNIT =
  '(?:µg|mcg|mg|kg|g|mL|ml|dL|dl|L|l|mmHg|mmol|mm|cm|km|m|IU|°C|°F|kbit|Mbit|KB|MB|GB|TB|USD|EUR|min|h|s)';
const FILE_END =
  '(?:pdf|docx?|xlsx?|pptx?|odt|ods|odp|csv|txt|zip|jpe?g|png|gif|webp|mp3|mp4|html?|md|json|xml)';
const URL = '(?:https?://|www\\.)[^\\s<>"«»“”،؛]+';
const PHONE = `(?:(?:\\+|00)${D}{1,3}(?:[ .\\u00a0-]?\\(?${D}{1,5}\\)?){2,6}|\\(?0${D}{1,4}\\)?(?:[ -]${D}{2,5}){2,5})`;

/** What is one word for people and several runs for the bidirectional algorithm, in a line from right to left. */
const WHOLE_IN_RTL = [
  URL,
  '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+',
  `[A-Za-z0-9][A-Za-z0-9_.-]*(?: ?\\([0-9]+\\))?\\.${FILE_END}`,
  '[0-9]{4}-[0-9]{2}-[0-9]{2}',
  PHONE,
  '(?:US\\$|[$€£]) ?[0-9][0-9.,]*[0-9]|(?:US\\$|[$€£]) ?[0-9]',
  `[+−±-]?[0-9](?:[0-9.,]*[0-9])?[ \\u00a0]?${UNIT}(?:/${UNIT})?`,
  '[#@.~][A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?',
  '[A-Za-z][A-Za-z0-9]*(?:\\+\\+?|#|\\*+)',
];

/** The same in a line from left to right. */
const WHOLE_IN_LTR = [
  URL,
  PHONE,
  '[#@][\\u0620-\\u06d3][\\u0620-\\u06d3\\u0660-\\u0669\\u06f0-\\u06f90-9_]*',
];

const WHOLE = {
  rtl: new RegExp(WHOLE_IN_RTL.join('|'), 'g'),
  ltr: new RegExp(WHOLE_IN_LTR.join('|'), 'g'),
};

const RTL = /[\u0590-\u05ff\u0620-\u065f\u066e-\u06ef\u06fa-\u07bf\u08a0-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const LTR_LETTER =
  /[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02b8\u0370-\u058f\u1e00-\u1fff]/;
const ARABIC_DIGIT = /[\u0660-\u0669\u06f0-\u06f9]/;
const DIGIT = new RegExp(D);
const WORD = /[\p{L}\p{N}]/u;

/** A line longer than any person writes is left as it is: looking at it would cost more than it helps. */
const MAX_LINE = 4_000;

const told = new Map<string, Direction | null>();

/** A text has few different characters, and every one of a long text is asked about when it is opened. */
function strong(char: string): Direction | null {
  let way = told.get(char);
  if (way === undefined) {
    way = RTL.test(char) && !ARABIC_DIGIT.test(char) ? 'rtl' : LTR_LETTER.test(char) ? 'ltr' : null;
    told.set(char, way);
  }
  return way;
}

/** Leaves out what ends a sentence or a bracket that was opened before the address. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0) {
    const last = text[end - 1] ?? '';
    const open = text.slice(0, end).split('(').length;
    const close = text.slice(0, end).split(')').length;
    if (/[.,;:!?'’…\]]/.test(last) || (last === ')' && close > open)) end -= 1;
    else break;
  }
  return text.slice(0, end);
}

function whole(text: string, base: Direction): Isolate[] {
  const wanted = WHOLE[base];
  wanted.lastIndex = 0;
  const found: Isolate[] = [];
  for (let match = wanted.exec(text); match; match = wanted.exec(text)) {
    const from = match.index;
    const isAddress = /^(?:https?:|www\.)/.test(match[0]);
    const words = isAddress ? withoutEnd(match[0]) : match[0];
    const to = from + words.length;
    const before = text[from - 1] ?? ' ';
    const cut = WORD.test(before) || (!isAddress && WORD.test(text[to] ?? ' '));
    const inside = [...words];
    const astray = base === 'rtl' || inside.some((char) => RTL.test(char) || ARABIC_DIGIT.test(char));
    if (cut || words === '') {
      wanted.lastIndex = from + 1;
      continue;
    }
    if (astray) found.push({ from, to, dir: /^[#@][\u0620-\u06d3]/.test(words) ? 'rtl' : 'ltr' });
    wanted.lastIndex = to;
  }
  return found;
}

interface Run {
  from: number;
  to: number;
  /** A sign of the line's own language stands between this run and the one before, and no word. */
  listed: boolean;
}

/** The stretches of the other script, from their first letter to their last letter or digit. */
function runs(text: string, base: Direction): Run[] {
  const separator = base === 'rtl' ? '،؛' : ',;';
  const found: Run[] = [];
  let open = null as { from: number; to: number } | null;
  let separated = false;
  let word = true;
  const close = () => {
    if (!open) return;
    found.push({ ...open, listed: separated && !word });
    open = null;
    separated = false;
    word = false;
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    const way = strong(char);
    if (way !== null && way !== base) {
      open = { from: open?.from ?? at, to: at + 1 };
    } else if (way === base) {
      close();
      word = true;
      separated = false;
    } else if (separator.includes(char)) {
      close();
      separated = true;
    } else if (open && base === 'rtl' && DIGIT.test(char)) open.to = at + 1;
  }
  close();
  return found;
}

/** In a line from left to right a number after Arabic words is drawn before them. */
function beforeNumber(text: string, run: Run): boolean {
  const rest = text.slice(run.to);
  const number = /^[ ,;(]{1,3}[0-9]/.test(rest);
  if (!number) return false;
  for (const char of rest) {
    const way = strong(char);
    if (way !== null) return way === 'ltr';
  }
  return true;
}

/** Which stretches of a line must run by themselves; `base` is the way the line runs. The text itself is not changed. */
export function isolates(text: string, base: Direction): Isolate[] {
  const other = base === 'rtl' ? /[A-Za-z0-9\u0660-\u0669\u06f0-\u06f9]/ : /[\u0590-\u08ff\ufb1d-\ufefc]/;
  if (text.length > MAX_LINE || !other.test(text)) return [];
  const found = whole(text, base);
  const stretches = runs(text, base);
  const apart: Isolate[] = [];
  stretches.forEach((run, index) => {
    const inList = run.listed || stretches[index + 1]?.listed === true;
    if (!inList && !(base === 'ltr' && beforeNumber(text, run))) return;
    let { from, to } = run;
    for (const one of found) {
      if (one.from < to && one.to > from) {
        from = Math.min(from, one.from);
        to = Math.max(to, one.to);
      }
    }
    apart.push({ from, to, dir: base === 'rtl' ? 'ltr' : 'rtl' });
  });
  const alone = found.filter((one) => !apart.some((run) => one.from < run.to && one.to > run.from));
  return [...alone, ...apart].sort((a, b) => a.from - b.from);
}
