import DOMPurify from 'dompurify';
import { firstStrong } from './direction';
import {
  readHeights,
  readWordFootnotes,
  readWordHeadings,
  readWordLists,
  readWriterFootnotes,
  settleHeights,
  styleOf,
  unwrap,
} from './pasteOffice';
import { linkAddress, PENDING_PICTURE, STORED_PICTURE } from './schema';

/** What a pasted text lost or asks about; shown in one line, nothing happens silently. */
export interface PasteReport {
  /** Pictures whose bytes were not on the clipboard (Word names files of its own instead). */
  picturesMissing: number;
  /** Tracked insertions and deletions found in the text. */
  tracked: { added: number; removed: number };
  /** Remarks on the margin; they are nothing for readers. */
  comments: number;
  /** Rows that a filter of the spreadsheet hid. */
  hiddenRows: number;
  /** Videos, sounds, drawings and frames of other pages. */
  media: number;
  /** Lists and tables within cells, which became lines. */
  flattened: number;
  /** It is longer than a piece can be, and nothing of it was taken. */
  tooLong: boolean;
}

/** The report of a paste that lost nothing. */
export const NOTHING_LOST: PasteReport = {
  picturesMissing: 0,
  tracked: { added: 0, removed: 0 },
  comments: 0,
  hiddenRows: 0,
  media: 0,
  flattened: 0,
  tooLong: false,
};

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
  'role',
  'aria-checked',
  'data-align',
  'data-free',
  'data-size',
  'data-checked',
  'data-footnote',
  'data-opaque',
  'data-pm-slice',
];
/** What of other pages is more than words, and cannot come along. */
const MEDIA = 'video, audio, iframe, object, embed, canvas, svg, math, applet';
const BLOCKS = 'p, h1, h2, h3, h4, h5, h6, ul, ol, table, blockquote, pre, hr, div, section';

/**
 * The pasted HTML as the schema can hold it: structure, links, emphasis and direction stay; classes, styles, comments,
 * scripts and everything that would fetch from elsewhere go.
 */
export function cleanPaste(html: string, tracked: Tracked = 'accept'): Cleaned {
  const report: PasteReport = { ...NOTHING_LOST };
  const pictures: Cleaned['pictures'] = [];
  const given = withoutConditions(html);
  report.media = mediaIn(given);
  const fragment = DOMPurify.sanitize(given, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOWED_URI_REGEXP:
      /^(?:https?:|mailto:|tel:|qalam:|data:image\/|[#/?.]|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
    ADD_DATA_URI_TAGS: ['img'],
    RETURN_DOM_FRAGMENT: true,
  });
  // In a document that is never shown nothing is fetched, whatever a picture names.
  const root = document.implementation.createHTMLDocument('').createElement('div');
  root.append(fragment);

  settleTracked(root, tracked, report);
  settleRemarks(root, report);
  settleHidden(root, report);
  readEmphasisFromStyles(root);
  readHeights(root);
  readWordFootnotes(root);
  readWriterFootnotes(root);
  readWordHeadings(root);
  readWordLists(root);
  readNestedLists(root);
  settleTables(root, report);
  settlePictures(root, report, pictures);
  settleLinks(root);
  settleDirections(root);
  for (const found of root.querySelectorAll(
    'u, font, span:not([data-opaque]), ins, label, abbr, mark, small, cite, time, bdi, bdo, center',
  )) {
    unwrap(found);
  }
  for (const found of root.querySelectorAll('q')) {
    found.prepend('“');
    found.append('”');
    unwrap(found);
  }
  settleHeights(root);
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

/** How many things of a page are more than words. */
function mediaIn(html: string): number {
  if (!/<(?:video|audio|iframe|object|embed|canvas|svg|math|applet)\b/i.test(html)) return 0;
  const inert = document.implementation.createHTMLDocument('');
  inert.body.innerHTML = html;
  return [...inert.querySelectorAll(MEDIA)].filter((one) => !one.parentElement?.closest(MEDIA)).length;
}

/** Remarks stand behind the text and have a mark in it; neither is for readers. */
function settleRemarks(root: Element, report: PasteReport): void {
  const marks = root.querySelectorAll('a[href*="#_msocom_"], .MsoCommentReference a, a.msocomanchor');
  for (const mark of marks) mark.remove();
  report.comments = marks.length || root.querySelectorAll('.msocomtxt').length;
  for (const list of [...root.querySelectorAll('div')]) {
    if (/mso-element:\s*comment/.test(styleOf(list))) list.remove();
  }
  for (const text of root.querySelectorAll('.MsoCommentText, .msocomtxt')) text.remove();
}

/** What a filter hid was not copied by the person, though the spreadsheet puts it on the clipboard. */
function settleHidden(root: Element, report: PasteReport): void {
  for (const row of [...root.querySelectorAll('tr')]) {
    if (!/display:\s*none/.test(styleOf(row))) continue;
    row.remove();
    report.hiddenRows += 1;
  }
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

/** Web documents write an inner list beside its item; it belongs into it. */
function readNestedLists(root: Element): void {
  for (const list of [...root.querySelectorAll('ul > ul, ul > ol, ol > ul, ol > ol')]) {
    const before = list.previousElementSibling;
    if (before?.localName === 'li') before.append(list);
    else {
      const item = document.createElement('li');
      list.replaceWith(item);
      item.append(list);
    }
  }
  for (const item of [...root.querySelectorAll('li[aria-checked], li[role="checkbox"]')]) {
    item.setAttribute('data-checked', String(item.getAttribute('aria-checked') === 'true'));
    item.querySelector(':scope > img')?.remove();
  }
}

/** Every cell one paragraph, every row of the same length, headings in the first row, and where a merged table has them. */
function settleTables(root: Element, report: PasteReport): void {
  for (const table of [...root.querySelectorAll('table')].reverse()) {
    if (table.parentElement?.closest('td, th')) {
      // A table in a cell has no place in Markdown: its words stay.
      report.flattened += 1;
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
    report.flattened += [...table.querySelectorAll('ul, ol')].filter(
      (list) => !list.parentElement?.closest('ul, ol'),
    ).length;
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
  linesOf(cell).forEach((line, index) => {
    if (index > 0) paragraph.append(document.createElement('br'));
    paragraph.append(...line);
  });
  return made;
}

const CELL_BLOCKS =
  'p, div, section, h1, h2, h3, h4, h5, h6, ul, ol, li, dl, dt, dd, blockquote, pre, figure, figcaption, center';

/** What a cell holds, line by line; nothing between its blocks is left behind. */
function linesOf(cell: Element): (Node | string)[][] {
  const lines: (Node | string)[][] = [];
  let line: (Node | string)[] = [];
  let said = false;
  const end = () => {
    if (said) lines.push(line);
    line = [];
    said = false;
  };
  const walk = (parent: Element) => {
    for (const child of [...parent.childNodes]) {
      if (child instanceof Element && child.matches(CELL_BLOCKS)) {
        // A paragraph that begins an entry stands behind the entry's sign.
        if (said) end();
        if (child.localName === 'li') line = [signOf(child)];
        walk(child);
        end();
      } else if (child instanceof Element && child.querySelector(CELL_BLOCKS)) walk(child);
      else if (said || !(child instanceof Text) || child.data.trim() !== '') {
        line.push(child);
        said = true;
      }
    }
  };
  walk(cell);
  end();
  return lines;
}

/** What stands before an entry of a list that became a line. */
function signOf(item: Element): string {
  const list = item.parentElement;
  if (list?.localName !== 'ol') return '• ';
  const first = Number.parseInt(list.getAttribute('start') ?? '1', 10) || 1;
  const before = [...list.children].filter((one) => one.localName === 'li').indexOf(item);
  return `${first + before}. `;
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
      const alt = picture.getAttribute('alt')?.trim();
      // What it says stays where it stood.
      if (alt) picture.replaceWith(`[${alt}]`);
      else picture.remove();
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
  // Web documents put a break between blocks, where nothing is to be broken.
  for (const found of [...root.querySelectorAll('br')]) {
    const beside = [found.previousElementSibling, found.nextElementSibling];
    if (found.parentElement === root && beside.some((one) => one?.matches(BLOCKS))) found.remove();
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

/** The longest HTML that is read from the clipboard, in characters; pictures in it count. */
export const MAX_PASTED_HTML = 20_000_000;
/** The longest text, as long as a body may be. */
export const MAX_PASTED_TEXT = 2_000_000;

/** Halves of letters, which no file can hold, become the sign for what is no letter. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Whether the text holds changes that are marked as such; the exact count needs all of it read. */
export function mayHoldChanges(html: string): boolean {
  return /<(?:ins|del)\b|mso(?:Ins|Del)\b/i.test(html);
}

/** Whether a person has to hear of what became of the pasted text. */
export function isWorthTelling(report: PasteReport): boolean {
  return report.picturesMissing + report.comments + report.hiddenRows + report.media + report.flattened > 0;
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
