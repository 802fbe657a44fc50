import type { Node } from 'prosemirror-model';
import { NodeSelection } from 'prosemirror-state';
import type { EditorView, NodeView, NodeViewConstructor } from 'prosemirror-view';
import { followFootnote } from './commands';
import styles from './editor.module.css';
import { PENDING_PICTURE, STORED_PICTURE } from './schema';
import { openTable, tableOfSource } from './tables';

/** Words the editor shows inside the text; the caller gives them in the reader's language. */
export interface EditorWords {
  /** Name of the whole text for assistive technology. */
  text: string;
  /** On a picture without alternative text. */
  missingAlt: string;
  /** While a picture's bytes are being stored. */
  addingPicture: string;
  /** In place of a picture from another site. */
  foreignPicture: string;
  /** Heading of what the editor keeps but cannot edit. */
  kept: string;
  /** On kept HTML that is a table: makes it one that can be edited. */
  openTable: string;
  /** Label of the box of an item to tick. */
  done: string;
  /** Name of a footnote mark or note; gets its label. */
  footnote(label: string): string;
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string | undefined,
  text?: string,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function pictureView(
  words: EditorWords,
  pictureUrl: (sha256: string) => string,
  waiting: (src: string) => void,
): NodeViewConstructor {
  return (node) => {
    const dom = element('span', styles.picture);
    const draw = (image: Node) => {
      const { src, alt, title, size } = image.attrs as Record<'src' | 'alt' | 'title' | 'size', string>;
      dom.replaceChildren();
      if (size) dom.dataset.size = size;
      else delete dom.dataset.size;
      if (src.startsWith(STORED_PICTURE)) {
        const img = element('img', undefined);
        img.src = pictureUrl(src.slice(STORED_PICTURE.length));
        img.alt = alt;
        img.draggable = false;
        dom.append(img);
        if (alt.trim() === '') dom.append(element('span', styles.missingAlt, words.missingAlt));
        if (title.trim() !== '') {
          const caption = element('span', styles.caption, title);
          caption.dir = 'auto';
          dom.append(caption);
        }
      } else if (src.startsWith(PENDING_PICTURE)) {
        dom.append(element('span', styles.pending, words.addingPicture));
        waiting(src);
      } else {
        // Loading it would tell the other site who reads this and when; it is named instead.
        const place = element('span', styles.foreign, words.foreignPicture);
        const address = element('bdi', undefined, src);
        address.dir = 'ltr';
        place.append(' ', address);
        dom.append(place);
      }
    };
    draw(node);
    return {
      dom,
      update(next) {
        if (next.type !== node.type) return false;
        const same = (['src', 'alt', 'title', 'size'] as const).every(
          (name) => next.attrs[name] === node.attrs[name],
        );
        if (!same) draw(next);
        node = next;
        return true;
      },
    };
  };
}

/** A quiet frame with the exact source inside, folded when it is long. */
function opaqueBlockView(words: EditorWords): NodeViewConstructor {
  return (node, view, getPos) => {
    const dom = element('div', styles.opaque);
    const details = element('details', undefined);
    const source = node.attrs.source as string;
    details.open = source.length < 200;
    details.append(element('summary', undefined, words.kept));
    const pre = element('pre', undefined, source);
    pre.dir = 'ltr';
    details.append(pre);
    dom.append(details);
    if (view.editable && tableOfSource(source)) {
      const open = element('button', styles.openTable, words.openTable);
      open.type = 'button';
      open.tabIndex = -1;
      open.addEventListener('click', () => {
        const pos = getPos();
        if (pos === undefined) return;
        view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, pos)));
        openTable(view.state, view.dispatch);
        view.focus();
      });
      dom.append(open);
    }
    return {
      dom,
      stopEvent: (event) => event.type === 'click' || event.type === 'keydown',
      ignoreMutation: () => true,
    };
  };
}

function opaqueInlineView(words: EditorWords): NodeViewConstructor {
  return (node) => {
    const dom = element('code', styles.opaqueInline, node.attrs.source as string);
    dom.dir = 'ltr';
    dom.title = words.kept;
    return { dom };
  };
}

function footnoteMarkView(words: EditorWords): NodeViewConstructor {
  return (node, view) => {
    const label = node.attrs.label as string;
    const dom = element('sup', styles.footnoteMark);
    const link = footnoteLink(view, label, 'mark', words);
    dom.append(link);
    return { dom, stopEvent: (event) => event.type === 'click' };
  };
}

function footnoteNoteView(words: EditorWords): NodeViewConstructor {
  return (node, view) => {
    const label = node.attrs.label as string;
    const dom = element('section', styles.footnote);
    const mark = footnoteLink(view, label, 'note', words);
    mark.contentEditable = 'false';
    const contentDOM = element('div', undefined);
    dom.append(mark, contentDOM);
    return {
      dom,
      contentDOM,
      update: (next) => next.type === node.type && next.attrs.label === label,
      stopEvent: (event) => event.target === mark,
      ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
    };
  };
}

function footnoteLink(
  view: EditorView,
  label: string,
  from: 'mark' | 'note',
  words: EditorWords,
): HTMLButtonElement {
  const link = element('button', styles.footnoteLink, label);
  link.type = 'button';
  link.tabIndex = -1;
  link.setAttribute('aria-label', words.footnote(label));
  link.addEventListener('click', () => {
    followFootnote(label, from)(view.state, view.dispatch);
    view.focus();
  });
  return link;
}

/** An ordinary item is a plain `li`; one with a box to tick gets the box in front of its text. */
function listItemView(words: EditorWords): NodeViewConstructor {
  return (node, view, getPos): NodeView => {
    const ticked = node.attrs.checked !== null;
    const dom = element('li', ticked ? styles.task : undefined);
    if (!ticked)
      return {
        dom,
        contentDOM: dom,
        update: (next) => next.type === node.type && next.attrs.checked === null,
      };
    const box = element('input', undefined);
    box.type = 'checkbox';
    box.checked = node.attrs.checked === true;
    box.contentEditable = 'false';
    box.setAttribute('aria-label', words.done);
    box.addEventListener('change', () => {
      const pos = getPos();
      const item = pos === undefined ? null : view.state.doc.nodeAt(pos);
      if (pos === undefined || item?.type !== node.type || !view.editable) {
        box.checked = !box.checked;
        return;
      }
      view.dispatch(view.state.tr.setNodeMarkup(pos, null, { ...item.attrs, checked: box.checked }));
    });
    const contentDOM = element('div', undefined);
    dom.append(box, contentDOM);
    return {
      dom,
      contentDOM,
      update(next) {
        if (next.type !== node.type || next.attrs.checked === null) return false;
        box.checked = next.attrs.checked === true;
        return true;
      },
      stopEvent: (event) => event.target === box,
      ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
    };
  };
}

export function nodeViews(
  words: EditorWords,
  pictureUrl: (sha256: string) => string,
  /** Hears of each picture that is drawn while its bytes are not stored yet. */
  waiting: (src: string) => void,
): Record<string, NodeViewConstructor> {
  return {
    image: pictureView(words, pictureUrl, waiting),
    opaque_block: opaqueBlockView(words),
    opaque_inline: opaqueInlineView(words),
    footnote_reference: footnoteMarkView(words),
    footnote_definition: footnoteNoteView(words),
    list_item: listItemView(words),
  };
}
