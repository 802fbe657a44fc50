// What word processors put on the clipboard in ways of their own: letters above and below the line, notes, headings and
// lists that only look like some.

import { readNumber } from './inputrules';

/** Raised and lowered letters, by style as web documents say it. */
export function readHeights(root: Element): void {
  for (const found of [...root.querySelectorAll('span, font')]) {
    const height = /vertical-align:\s*(super|sub)\b/.exec(styleOf(found))?.[1];
    if (height === undefined || found.textContent?.trim() === '') continue;
    const made = document.createElement(height === 'super' ? 'sup' : 'sub');
    made.append(...found.childNodes);
    found.append(made);
  }
}

const RAISED: Record<string, string> = {
  ...Object.fromEntries(
    [...'0123456789+-=()n'].map((sign, at) => [sign, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ'][at] ?? sign]),
  ),
  '−': '⁻',
};
const LOWERED: Record<string, string> = {
  ...Object.fromEntries([...'0123456789+-=()'].map((sign, at) => [sign, [...'₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎'][at] ?? sign])),
  '−': '₋',
};

/** m² and CO₂ stay what they are: by the letters that exist for it, else as the marks of Markdown's HTML. */
export function settleHeights(root: Element): void {
  for (const found of [...root.querySelectorAll('sup:not([data-footnote]), sub')]) {
    const letters = found.localName === 'sup' ? RAISED : LOWERED;
    const words = [...(found.textContent ?? '')];
    if (words.every((letter) => letter in letters)) {
      found.replaceWith(words.map((letter) => letters[letter]).join(''));
      continue;
    }
    const mark = (source: string) => {
      const made = document.createElement('span');
      made.setAttribute('data-opaque', source);
      return made;
    };
    found.before(mark(`<${found.localName}>`));
    found.after(mark(`</${found.localName}>`));
    unwrap(found);
  }
}

/** The notes of LibreOffice: `sdfootnote1sym` in the text, `sdfootnote1` at the end. */
export function readWriterFootnotes(root: Element): void {
  for (const link of [...root.querySelectorAll('a[href]')]) {
    const target = /#sd(footnote|endnote)(\d+)sym$/.exec(link.getAttribute('href') ?? '');
    if (!target) continue;
    const label = `${target[1] === 'endnote' ? 'e' : ''}${target[2]}`;
    const mark = document.createElement('sup');
    mark.setAttribute('data-footnote', label);
    mark.textContent = label;
    const outer = link.parentElement?.closest('sup');
    (outer && outer.textContent === link.textContent ? outer : link).replaceWith(mark);
  }
  for (const block of [...root.querySelectorAll('div[id^="sdfootnote"], div[id^="sdendnote"]')]) {
    const target = /^sd(footnote|endnote)(\d+)$/.exec(block.id);
    if (!target) continue;
    for (const back of block.querySelectorAll('a[href$="anc"]')) back.remove();
    const note = document.createElement('section');
    note.setAttribute('data-footnote', `${target[1] === 'endnote' ? 'e' : ''}${target[2]}`);
    note.append(...block.childNodes);
    block.remove();
    root.append(note);
  }
}

/** Word's notes: `_ftnref1` in the text, `_ftn1` in the note at the end. */
export function readWordFootnotes(root: Element): void {
  for (const link of [...root.querySelectorAll('a[href]')]) {
    const target = /#_(ftn|edn)(\d+)$/.exec(link.getAttribute('href') ?? '');
    if (!target) continue;
    const mark = document.createElement('sup');
    mark.setAttribute('data-footnote', `${target[1] === 'edn' ? 'e' : ''}${target[2]}`);
    mark.textContent = target[2] ?? '';
    const outer = link.closest('sup');
    (outer && outer.textContent === link.textContent ? outer : link).replaceWith(mark);
  }
  for (const block of [...root.querySelectorAll('div[id^="ftn"], div[id^="edn"]')]) {
    const target = /^(ftn|edn)(\d+)$/.exec(block.id);
    if (!target) continue;
    for (const back of block.querySelectorAll('a[href*="ftnref"], a[href*="ednref"]')) back.remove();
    const note = document.createElement('section');
    note.setAttribute('data-footnote', `${target[1] === 'edn' ? 'e' : ''}${target[2]}`);
    note.append(...block.childNodes);
    block.replaceWith(note);
    root.append(note);
  }
}

export function readWordHeadings(root: Element): void {
  for (const paragraph of [...root.querySelectorAll('p')]) {
    const style = styleOf(paragraph);
    const name = paragraph.className;
    const outline = /mso-outline-level:\s*([1-6])/.exec(style)?.[1] ?? /MsoHeading([1-6])/.exec(name)?.[1];
    const level = /MsoTitle/.test(name) ? '1' : /MsoSubtitle/.test(name) ? '2' : outline;
    if (level) rename(paragraph, `h${level}`);
    else if (/Mso(Intense)?Quote/.test(name)) {
      const quote = document.createElement('blockquote');
      paragraph.replaceWith(quote);
      quote.append(paragraph);
    }
  }
  // A heading is bold by being one.
  for (const heading of root.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    for (const bold of [...heading.querySelectorAll('b, strong')]) unwrap(bold);
  }
}

interface WordItem {
  level: number;
  list: string;
  marker: string;
}

function wordItem(paragraph: Element): WordItem | null {
  const style = styleOf(paragraph);
  const match = /mso-list:\s*(l\d+)\s+level(\d+)/.exec(style);
  const ignored = [...paragraph.querySelectorAll('span')].find((span) =>
    /mso-list:\s*ignore/.test(styleOf(span)),
  );
  if (!match && !ignored) return null;
  return {
    level: Number(match?.[2] ?? 1),
    list: match?.[1] ?? '',
    marker: (ignored?.textContent ?? '').replace(/[\s\u00a0]+/g, ''),
  };
}

const NUMBER_MARKER = /^[([]?([0-9٠-٩۰-۹]+|[a-z]{1,3}|[ivxlc]+|[أ-ي])[.)\]-]/i;

/** Word writes a list as paragraphs that only look like one: their level and marker make it a list again. */
export function readWordLists(root: Element): void {
  const items = [...root.querySelectorAll('p')].filter((paragraph) => wordItem(paragraph) !== null);
  for (const first of items) {
    const run: Element[] = [];
    for (
      let next: Element | null = first;
      next?.localName === 'p' && wordItem(next);
      next = next.nextElementSibling
    ) {
      run.push(next);
    }
    if (run.length === 0) continue;
    const place = document.createComment('list');
    first.replaceWith(place);
    place.replaceWith(...buildLists(run));
  }
}

function buildLists(run: Element[]): Element[] {
  const made: Element[] = [];
  const open: { level: number; list: Element; id: string }[] = [];
  for (const paragraph of run) {
    const item = wordItem(paragraph);
    if (!item) continue;
    const ordered = NUMBER_MARKER.test(item.marker);
    while (open.length > 0 && (open.at(-1)?.level ?? 0) > item.level) open.pop();
    const last = open.at(-1);
    const tag = ordered ? 'ol' : 'ul';
    if (
      last &&
      last.level === item.level &&
      (last.list.localName !== tag || (last.id !== item.list && item.level === 1))
    ) {
      open.pop();
    }
    let here = open.at(-1);
    if (!here || here.level < item.level) {
      const list = document.createElement(tag);
      const number = /[0-9٠-٩۰-۹]+/.exec(item.marker)?.[0];
      if (ordered && number && readNumber(number) !== 1)
        list.setAttribute('start', String(readNumber(number)));
      const parent = here?.list.lastElementChild;
      if (parent) parent.append(list);
      else made.push(list);
      here = { level: item.level, list, id: item.list };
      open.push(here);
    }
    const entry = document.createElement('li');
    for (const span of [...paragraph.querySelectorAll('span')]) {
      if (/mso-list:\s*ignore/.test(styleOf(span))) span.remove();
    }
    paragraph.removeAttribute('class');
    paragraph.removeAttribute('style');
    const dir = paragraph.getAttribute('dir');
    paragraph.remove();
    entry.append(paragraph);
    if (dir && here.list.childElementCount === 0) here.list.setAttribute('dir', dir);
    paragraph.removeAttribute('dir');
    here.list.append(entry);
  }
  return made;
}

/** The style of an element, in small letters. */
export function styleOf(element: Element): string {
  return element.getAttribute('style')?.toLowerCase() ?? '';
}

/** Puts what an element holds in its place. */
export function unwrap(element: Element): void {
  element.replaceWith(...element.childNodes);
}

/** The same element under another name. */
export function rename(element: Element, tag: string): void {
  const made = document.createElement(tag);
  for (const { name, value } of [...element.attributes]) made.setAttribute(name, value);
  made.append(...element.childNodes);
  element.replaceWith(made);
}
