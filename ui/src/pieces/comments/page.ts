import { findWords } from './marks';

export type Part = 'title' | 'summary' | 'body';

/** What is shown beside a text and is not of it: words taken out, and notes of the interface. */
const BESIDE = 'del, [data-beside]';

/** The texts of a part of a page, in order. */
function textsOf(part: Element): Text[] {
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement?.closest(BESIDE)) texts.push(node as Text);
  }
  return texts;
}

function partOf(page: Element, part: string): Element | null {
  return page.querySelector(`[data-part="${part}"]`);
}

/** Words to be shown on a page. */
export interface Mark {
  id: string;
  part: string;
  quote: string;
  nth: number;
}

/** A rectangle of a mark, from the corner of the page. */
export interface Box {
  id: string;
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where marks lie on a page as it is drawn now. */
export function boxesOf(page: HTMLElement, marks: readonly Mark[]): Box[] {
  const corner = page.getBoundingClientRect();
  return marks.flatMap((mark) => {
    const part = partOf(page, mark.part);
    if (!part) return [];
    const texts = textsOf(part);
    const spans = findWords(
      texts.map((text) => text.data),
      mark.quote,
      mark.nth,
    );
    return spans.flatMap((span) => {
      const text = texts[span.text];
      if (!text) return [];
      const range = document.createRange();
      range.setStart(text, span.from);
      range.setEnd(text, span.to);
      return [...range.getClientRects()].map((rect) => ({
        id: mark.id,
        left: rect.left - corner.left,
        top: rect.top - corner.top,
        width: rect.width,
        height: rect.height,
      }));
    });
  });
}

/** Words a person marked: in which part, and what stands before them there. */
export interface Marked {
  part: Part;
  quote: string;
  before: string;
}

/** So much of what stands before is enough to tell equal words apart. */
const ENOUGH = 200;

/** The words marked on a page now; null for none. */
export function markedOn(page: HTMLElement): Marked | null {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const start = range.startContainer;
  const near = start instanceof Element ? start : start.parentElement;
  const part = near?.closest<HTMLElement>('[data-part]');
  if (!part || !page.contains(part)) return null;
  let quote = '';
  let before = '';
  for (const text of textsOf(part)) {
    // Blocks are apart by more than nothing.
    if (!range.intersectsNode(text)) {
      if (!quote) before += `${text.data} `;
      continue;
    }
    const from = text === range.startContainer ? range.startOffset : 0;
    const to = text === range.endContainer ? range.endOffset : text.data.length;
    if (!quote) before += text.data.slice(0, from);
    quote += text.data.slice(from, to);
  }
  if (!quote.trim()) return null;
  return { part: part.dataset.part as Part, quote: quote.trim(), before: before.slice(-ENOUGH) };
}
