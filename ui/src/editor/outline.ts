import type { Node } from 'prosemirror-model';
import { type Command, TextSelection } from 'prosemirror-state';
import { fold } from './fold';

/** A heading of the text: where it stands in the outline. */
export interface Heading {
  level: number;
  text: string;
  /** Place of the heading in the document as it is now. */
  pos: number;
}

export function headingsOf(doc: Node): Heading[] {
  const headings: Heading[] = [];
  doc.descendants((node, pos) => {
    if (node.type.name === 'heading') {
      headings.push({ level: node.attrs.level as number, text: node.textContent.trim(), pos });
    }
    return !node.isTextblock;
  });
  return headings;
}

/** Index of the heading under which a place lies; -1 above the first. */
export function headingHere(headings: readonly Heading[], at: number): number {
  return headings.findLastIndex((heading) => heading.pos <= at);
}

/** Puts the cursor at the beginning of the block at `pos` and shows it at the head of the page. */
export function jumpTo(pos: number): Command {
  return (state, dispatch, view) => {
    if (!state.doc.nodeAt(pos)) return false;
    dispatch?.(state.tr.setSelection(TextSelection.near(state.doc.resolve(pos + 1))));
    const element = view?.nodeDOM(pos);
    if (element instanceof HTMLElement) element.scrollIntoView({ block: 'start' });
    return true;
  };
}

/**
 * Selects the first place where these words stand, as a check tells them: in one block, white space and marks not
 * counting; an address of a link or picture counts as words too.
 */
export function jumpToWords(words: string): Command {
  return (state, dispatch) => {
    const wanted = fold(words).replace(/\s+/g, ' ').trim();
    if (wanted === '') return false;
    let from = -1;
    let to = -1;
    state.doc.descendants((node, pos) => {
      if (from >= 0) return false;
      const address = node.isText
        ? node.marks.find((mark) => mark.type.name === 'link')?.attrs.href
        : node.attrs.src;
      if (address === words) {
        from = pos;
        to = pos + node.nodeSize;
        return false;
      }
      if (!node.isTextblock) return true;
      if (fold(node.textContent).replace(/\s+/g, ' ').includes(wanted)) {
        from = pos + 1;
        to = pos + node.nodeSize - 1;
        return false;
      }
      return true;
    });
    if (from < 0) return false;
    dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, from, to)).scrollIntoView());
    return true;
  };
}
