import DOMPurify from 'dompurify';
import { firstStrong } from './direction';
import { readNumber } from './inputrules';
import { linkAddress, PENDING_PICTURE, STORED_PICTURE } from './schema';

/** What a pasted text lost or asks about; shown in one line, nothing happens silently. */
export interface PasteReport {
  /** Pictures whose bytes were not on the clipboard (Word names files of its own instead). */
  picturesMissing: number;
  /** Tracked insertions and deletions found in the text. */
  tracked: { added: number; removed: number };
}

export interface Cleaned {
  html: string;
  report: PasteReport;
  /** Pictures that came inside the text as data, by the address they have in `html` until they are stored. */
  pictures: { src: string; file: File }[];
}

export type Tracked = 'accept' | 'reject';

const TAGS = [
  'p',
  'div',
  'br',
  'hr',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'blockquote',
  'ul',
  'ol',
  'li',
  'pre',
  'code',
  'table',
  'thead',
  'tbody',
  'tfoot',
  'tr',
  'td',
  'th',
  'caption',
  'a',
  'b',
  'strong',
  'i',
  'em',
  's',
  'strike',
  'del',
  'ins',
  'sup',
  'sub',
  'span',
  'img',
  'section',
  'u',
  'font',
  'dl',
  'dt',
  'dd',
  'figure',
  'figcaption',
  'article',
  'header',
  'footer',
  'main',
  'center',
  'label',
  'abbr',
  'mark',
  'small',
  'q',
  'cite',
  'time',
  'bdi',
  'bdo',
];
const ATTRIBUTES = [
  'href',
  'src',
  'alt',
  'title',
  'dir',
  'class',
  'style',
  'start',
  'colspan',
  'rowspan',
  'align',
  'id',
  'type',
  'data-align',
  'data-free',
  'data-size',
  'data-checked',
  'data-footnote',
  'data-opaque',
  'data-pm-slice',
];
const BLOCKS = 'p, h1, h2, h3, h4, h5, h6, ul, ol, table, blockquote, pre, hr, div, section';

/** Whether the text came from Word or Outlook (any of their ways to say so). */
export function isFromWord(html: string): boolean {
  return /class="?Mso|style="[^"]*mso-|xmlns:w=|<o:p|name="?ProgId"? content="?Word/i.test(html);
}

/**
 * The pasted HTML as the schema can hold it: structure, links, emphasis and direction stay; classes, styles, comments,
 * scripts and everything that would fetch from elsewhere go.
 */
export function cleanPaste(html: string, tracked: Tracked = 'accept'): Cleaned {
  const report: PasteReport = { picturesMissing: 0, tracked: { added: 0, removed: 0 } };
  const pictures: Cleaned['pictures'] = [];
  const fragment = DOMPurify.sanitize(withoutConditions(html), {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOWED_URI_REGEXP:
      /^(?:https?:|mailto:|tel:|qalam:|data:image\/|[#/?.]|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
    ADD_DATA_URI_TAGS: ['img'],
    RETURN_DOM_FRAGMENT: true,
  });
  const root = document.createElement('div');
  root.append(fragment);

  settleTracked(root, tracked, report);
  readEmphasisFromStyles(root);
  readWordFootnotes(root);
  readWordHeadings(root);
  readWordLists(root);
  settleTables(root);
  settlePictures(root, report, pictures);
  settleLinks(root);
  settleDirections(root);
  for (const found of root.querySelectorAll(
    'u, font, span:not([data-opaque]), ins, label, abbr, mark, small, q, cite, time, bdi, bdo, sub, center',
  )) {
    unwrap(found);
  }
  for (const found of root.querySelectorAll('sup:not([data-footnote])')) unwrap(found);
  settleBlocks(root);
  for (const found of root.querySelectorAll('*')) dropAttributes(found);
  return { html: root.innerHTML, report, pictures };
}

/** Word hides markup in conditional comments; what is for old programs goes, what is for all stays. */
function withoutConditions(html: string): string {
  return html
    .replace(/<!--\[if[\s\S]*?<!\[endif\]-->/gi, '')
    .replace(/<!\[if !supportLists\]>/gi, '')
    .replace(/<!\[(?:if[^\]]*|endif)\]>/gi, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(style|script|xml|head|title)\b[\s\S]*?<\/\1>/gi, '')
    .replace(/<\/?o:p[^>]*>/gi, '')
    .replace(/<\/?(?:w|v|m|st1):[^>]*>/gi, '');
}

function settleTracked(root: Element, tracked: Tracked, report: PasteReport): void {
  const added = [...root.querySelectorAll('ins, span.msoIns')];
  const removed = [...root.querySelectorAll('del, span.msoDel')].filter(
    (found) => !found.closest('s, strike'),
  );
  report.tracked = { added: added.length, removed: removed.length };
  for (const found of tracked === 'accept' ? removed : added) found.remove();
  for (const found of tracked === 'accept' ? added : removed) unwrap(found);
}

function styleOf(element: Element): string {
  return element.getAttribute('style')?.toLowerCase() ?? '';
}

/** Programs that write `<span style="font-weight:700">` mean bold. */
function readEmphasisFromStyles(root: Element): void {
  for (const found of [...root.querySelectorAll('span, b, font')]) {
    const style = styleOf(found);
    if (found.localName === 'b') {
      if (/font-weight:\s*(normal|400)/.test(style)) unwrap(found);
      continue;
    }
    if (/mso-list:\s*ignore/.test(style)) continue;
    let inner: Element = found;
    const wrap = (tag: string) => {
      const made = document.createElement(tag);
      made.append(...inner.childNodes);
      inner.append(made);
      inner = made;
    };
    if (/font-weight:\s*(bold|[6-9]00)/.test(style)) wrap('strong');
    if (/font-style:\s*italic/.test(style)) wrap('em');
    if (/text-decoration[^;]*line-through/.test(style)) wrap('s');
  }
}

/** Word's notes: `_ftnref1` in the text, `_ftn1` in the note at the end. */
function readWordFootnotes(root: Element): void {
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

function readWordHeadings(root: Element): void {
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
function readWordLists(root: Element): void {
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

/** Every cell one paragraph, every row of the same length, headings in the first row, and where a merged table has them. */
function settleTables(root: Element): void {
  for (const table of [...root.querySelectorAll('table')].reverse()) {
    if (table.parentElement?.closest('td, th')) {
      // A table in a cell has no place in Markdown: its words stay.
      const words = document.createElement('span');
      words.textContent = [...table.querySelectorAll('td, th')]
        .map((cell) => cell.textContent?.trim() ?? '')
        .join(' · ');
      table.replaceWith(words);
      continue;
    }
    const caption = table.querySelector('caption');
    if (caption) {
      const line = document.createElement('p');
      line.append(...caption.childNodes);
      caption.remove();
      table.before(line);
    }
    const rows = [...table.querySelectorAll('tr')];
    const grid: (Element | null)[][] = rows.map(() => []);
    let merged = false;
    rows.forEach((row, y) => {
      let x = 0;
      for (const cell of [...row.children].filter((one) => one.matches('td, th'))) {
        while (grid[y]?.[x] !== undefined) x += 1;
        const wide = span(cell, 'colspan');
        const high = span(cell, 'rowspan');
        for (let dy = 0; dy < high && y + dy < rows.length; dy += 1) {
          for (let dx = 0; dx < wide; dx += 1) {
            const line = grid[y + dy];
            if (line && line[x + dx] === undefined) line[x + dx] = dx === 0 && dy === 0 ? cell : null;
          }
        }
        merged ||= wide > 1 || high > 1;
        x += wide;
      }
    });
    const width = Math.max(0, ...grid.map((line) => line.length));
    // A row that others reach into must stay, or their cells would reach into the next one.
    const lines = grid.filter((line) => line.some((cell) => cell) || (merged && line.includes(null)));
    if (width === 0 || lines.length === 0) {
      table.remove();
      continue;
    }
    const clean = document.createElement('table');
    const dir = table.getAttribute('dir') ?? /direction:\s*(rtl|ltr)/.exec(styleOf(table))?.[1];
    if (dir) clean.setAttribute('dir', dir);
    const free = table.hasAttribute('data-free');
    if (free) clean.setAttribute('data-free', '');
    const body = document.createElement('tbody');
    clean.append(body);
    lines.forEach((line, y) => {
      const row = document.createElement('tr');
      for (let x = 0; x < width; x += 1) {
        const cell = line[x];
        if (cell === null) continue;
        const made = cellFrom(
          cell ?? null,
          (y === 0 && !free) || ((merged || free) && cell?.matches('th') === true),
        );
        for (const name of ['colspan', 'rowspan'] as const) {
          if (cell && span(cell, name) > 1) made.setAttribute(name, String(span(cell, name)));
        }
        row.append(made);
      }
      body.append(row);
    });
    table.replaceWith(clean);
  }
}

function span(cell: Element, name: 'colspan' | 'rowspan'): number {
  // Spreadsheets paste spans of thousands for an empty rest.
  return Math.min(100, Math.max(1, Number.parseInt(cell.getAttribute(name) ?? '1', 10) || 1));
}

function cellFrom(cell: Element | null, heading: boolean): Element {
  const made = document.createElement(heading ? 'th' : 'td');
  const paragraph = document.createElement('p');
  made.append(paragraph);
  if (!cell) return made;
  const align = cell.getAttribute('data-align') ?? /text-align:\s*(center)/.exec(styleOf(cell))?.[1];
  if (align) made.setAttribute('data-align', align);
  for (const bold of heading ? [...cell.querySelectorAll('b, strong')] : []) unwrap(bold);
  const blocks = [...cell.querySelectorAll('p, li, div, h1, h2, h3, h4, h5, h6')].filter(
    (block) => !block.querySelector('p, li, div, h1, h2, h3, h4, h5, h6'),
  );
  if (blocks.length === 0) paragraph.append(...cell.childNodes);
  else {
    blocks.forEach((block, index) => {
      if (index > 0) paragraph.append(document.createElement('br'));
      paragraph.append(...block.childNodes);
    });
  }
  return made;
}

let pendingCount = 0;

/** A place for a picture whose bytes are not stored yet; different each time. */
export function pendingAddress(): string {
  pendingCount += 1;
  return `${PENDING_PICTURE}${pendingCount}`;
}

function settlePictures(root: Element, report: PasteReport, pictures: Cleaned['pictures']): void {
  for (const picture of [...root.querySelectorAll('img')]) {
    const src = picture.getAttribute('src') ?? '';
    if (src.startsWith(STORED_PICTURE)) continue;
    const file = pictureFromData(src);
    if (!file) {
      report.picturesMissing += 1;
      picture.remove();
      continue;
    }
    const address = pendingAddress();
    pictures.push({ src: address, file });
    picture.setAttribute('src', address);
  }
}

const PICTURE_TYPES: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
};

/** Whether the desk can keep such a picture. */
export function isPicture(type: string): boolean {
  return type in PICTURE_TYPES;
}

function pictureFromData(src: string): File | null {
  const match = /^data:(image\/[a-z+]+);base64,([a-z0-9+/=\s]+)$/i.exec(src);
  const type = match?.[1]?.toLowerCase() ?? '';
  const ending = PICTURE_TYPES[type];
  if (!match?.[2] || !ending) return null;
  try {
    const bytes = Uint8Array.from(atob(match[2].replace(/\s/g, '')), (char) => char.charCodeAt(0));
    return new File([bytes], `picture.${ending}`, { type });
  } catch {
    return null;
  }
}

function settleLinks(root: Element): void {
  for (const link of [...root.querySelectorAll('a')]) {
    const raw = link.getAttribute('href');
    const address = raw === null || raw.startsWith('#') ? null : linkAddress(raw);
    if (address === null || link.textContent?.trim() === '') unwrap(link);
    else link.setAttribute('href', address);
  }
}

/** A direction is only kept where it differs from what the words themselves say. */
function settleDirections(root: Element): void {
  for (const block of root.querySelectorAll(BLOCKS)) {
    const said =
      block.getAttribute('dir')?.toLowerCase() ?? /direction:\s*(rtl|ltr)/.exec(styleOf(block))?.[1];
    block.removeAttribute('dir');
    if (said !== 'rtl' && said !== 'ltr') continue;
    if (block.matches('div, section')) {
      for (const inside of block.querySelectorAll(BLOCKS)) {
        if (!inside.hasAttribute('dir')) inside.setAttribute('dir', said);
      }
      continue;
    }
    if (block.closest('td, th') || (block.localName === 'p' && block.closest('li'))) continue;
    const own = firstStrong(block.textContent ?? '');
    if (own !== null && own !== said) block.setAttribute('dir', said);
  }
}

/** Word's empty paragraphs are space, not text; runs of hard spaces are alignment by hand. */
function settleBlocks(root: Element): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement?.closest('pre')) continue;
    node.nodeValue = (node.nodeValue ?? '').replace(/[ \u00a0\t\r\n]*\u00a0[ \u00a0\t\r\n]*/g, (run) =>
      run === '\u00a0' ? '\u00a0' : ' ',
    );
  }
  for (const block of [...root.querySelectorAll('p, h1, h2, h3, h4, h5, h6')]) {
    if (block.closest('td, th')) continue;
    if (block.textContent?.trim() === '' && !block.querySelector('img, hr, [data-opaque]')) block.remove();
  }
  for (const item of [...root.querySelectorAll('li')]) {
    if (item.childNodes.length === 0) item.remove();
  }
}

function dropAttributes(element: Element): void {
  const keep: Record<string, string[]> = {
    a: ['href', 'title'],
    img: ['src', 'alt', 'title', 'data-size'],
    ol: ['start', 'dir'],
    table: ['dir', 'data-free'],
    td: ['data-align', 'colspan', 'rowspan'],
    th: ['data-align', 'colspan', 'rowspan'],
    li: ['data-checked'],
    sup: ['data-footnote'],
    section: ['data-footnote'],
    span: ['data-opaque'],
    div: ['data-opaque', 'data-pm-slice'],
    p: ['dir', 'data-pm-slice'],
  };
  const allowed = keep[element.localName] ?? ['dir', 'data-pm-slice'];
  for (const { name } of [...element.attributes]) {
    if (!allowed.includes(name) && name !== 'data-pm-slice') element.removeAttribute(name);
  }
}

function unwrap(element: Element): void {
  element.replaceWith(...element.childNodes);
}

function rename(element: Element, tag: string): void {
  const made = document.createElement(tag);
  for (const { name, value } of [...element.attributes]) made.setAttribute(name, value);
  made.append(...element.childNodes);
  element.replaceWith(made);
}

/**
 * Plain text as paragraphs: an empty line ends one. Inside, lines that were broken at one width (as mail programs do)
 * are joined, others stay lines.
 */
export function paragraphsOf(text: string): string[][] {
  const clean = text
    .replace(/\r\n?/g, '\n')
    .replace(/\u00a0/g, ' ')
    .trimEnd();
  if (!/\n[ \t]*\n/.test(clean)) return clean.split('\n').map((line) => [line]);
  return clean
    .split(/\n[ \t]*\n+/)
    .map((block) =>
      block
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    )
    .filter((lines) => lines.length > 0)
    .map((lines) => (looksWrapped(lines) ? [lines.join(' ')] : lines));
}

function looksWrapped(lines: string[]): boolean {
  const full = lines.slice(0, -1);
  return full.length > 0 && full.every((line) => line.length >= 50 && line.length <= 90);
}
