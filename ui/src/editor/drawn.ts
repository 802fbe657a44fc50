import { DOMSerializer, type Node } from 'prosemirror-model';
import { type EditorState, Plugin, PluginKey, type Transaction } from 'prosemirror-state';
import type { Decoration, EditorView, NodeView, NodeViewConstructor } from 'prosemirror-view';
import styles from './editor.module.css';
import { schema } from './schema';

// A long text is open before all of it is drawn. Its first blocks are drawn at once; the rest follows in order, a few
// blocks in each quiet moment, and at once as far as somebody scrolls, jumps or changes something. The document itself
// is whole from the beginning: saving, finding, the headings and copying never ask what is drawn. Undrawn blocks always
// lie below everything drawn, so drawing them moves nothing that is on the screen.

/** A text of fewer positions than this is drawn at once. */
const LONG = 20_000;
/** How much of a longer one is drawn at once: more than a tall window shows. */
const FIRST = 6_000;
/** How much is drawn in one quiet moment: a key pressed meanwhile waits for no longer than for a frame or two. */
const PART = 2_000;
/** How much is always drawn after the selection, for the keys by which the webview itself moves the cursor. */
const AHEAD = 4_000;
/** A moment is quiet when nobody pressed a key, scrolled or pointed for so long. */
const QUIET_MS = 400;
/** Between two parts, for what else waits. */
const PAUSE_MS = 20;

const key = new PluginKey<number | null>('drawn');

/** Where the first block begins that is not drawn yet; null when all are. */
export function drawnEnd(state: EditorState): number | null {
  return key.getState(state) ?? null;
}

/** Mark of a node decoration on a block that is not drawn yet. */
export const UNDRAWN = { undrawn: true };

function isUndrawn(one: Decoration): boolean {
  return one.spec === UNDRAWN;
}

/** The end of the block around a place; null when nothing comes after it. */
function endOfBlock(doc: Node, pos: number): number | null {
  if (pos >= doc.content.size) return null;
  const $pos = doc.resolve(pos);
  const end = $pos.depth === 0 ? pos : $pos.after(1);
  return end < doc.content.size ? end : null;
}

function nextEnd(tr: Transaction, before: number | null): number | null {
  let end = before;
  for (const map of tr.mapping.maps) {
    if (end === null) return null;
    let reached = false;
    const boundary = end;
    map.forEach((_start, to) => {
      reached ||= to >= boundary;
    });
    // A change of what is not drawn: rare so soon, and simplest done in the open.
    end = reached ? null : map.map(boundary);
  }
  if (end === null) return null;
  const asked = (tr.getMeta(key) as number | undefined) ?? 0;
  const wanted = Math.max(asked, tr.selection.to + AHEAD);
  return wanted > end ? endOfBlock(tr.doc, wanted) : end;
}

/** Keys by which the webview itself moves the cursor further than {@link AHEAD}. */
function leadsFar(event: KeyboardEvent): boolean {
  if (event.key === 'PageDown') return true;
  return (event.ctrlKey || event.metaKey) && (event.key === 'End' || event.key === 'ArrowDown');
}

function drawAll(view: EditorView): void {
  if (drawnEnd(view.state) !== null) drawUpTo(view, view.state.doc.content.size);
}

function drawUpTo(view: EditorView, pos: number): void {
  view.dispatch(view.state.tr.setMeta(key, pos));
}

/** Keeps what of a long text is drawn, and draws the rest. */
export function drawnPlugin(): Plugin<number | null> {
  let touched = 0;
  const touch = () => {
    touched = performance.now();
  };
  return new Plugin<number | null>({
    key,
    state: {
      init: (_config, { doc }) => (doc.content.size < LONG ? null : endOfBlock(doc, FIRST)),
      apply: nextEnd,
    },
    props: {
      handleDOMEvents: {
        keydown(view, event) {
          touch();
          if (leadsFar(event)) drawAll(view);
        },
        mousedown: touch,
        // The webview's own menu can select everything.
        contextmenu: drawAll,
      },
    },
    view(view) {
      if (drawnEnd(view.state) === null) return {};
      touch();
      return new Drawing(view, () => performance.now() - touched >= QUIET_MS, touch);
    },
  });
}

/** Draws the rest of one text, and keeps the place for it free until then. */
class Drawing {
  readonly #view: EditorView;
  readonly #quiet: () => boolean;
  readonly #touch: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #frame: number;
  /** How long the undrawn rest was when its place was kept last. */
  #kept: number;

  constructor(view: EditorView, quiet: () => boolean, touch: () => void) {
    this.#view = view;
    this.#quiet = quiet;
    this.#touch = touch;
    window.addEventListener('scroll', this.#moved, { capture: true, passive: true });
    window.addEventListener('resize', this.#moved);
    window.addEventListener('beforeprint', this.#all);
    this.#kept = this.#rest();
    this.#frame = requestAnimationFrame(() => {
      this.#keepPlace();
      this.#fill();
    });
    this.#later(QUIET_MS);
  }

  update(): void {
    const rest = this.#rest();
    if (rest === this.#kept) return;
    this.#kept = rest;
    if (rest === 0) this.destroy();
    else this.#keepPlace();
  }

  destroy(): void {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    window.removeEventListener('scroll', this.#moved, { capture: true });
    window.removeEventListener('resize', this.#moved);
    window.removeEventListener('beforeprint', this.#all);
  }

  readonly #all = () => drawAll(this.#view);

  readonly #moved = () => {
    this.#touch();
    this.#fill();
  };

  /** Draws on until what is drawn ends a whole screen below the window. */
  #fill(): void {
    for (;;) {
      const end = drawnEnd(this.#view.state);
      const tall = end === null ? 0 : this.#tall(end);
      // Nothing is tall while the page is hidden behind its Markdown.
      if (end === null || tall <= 0) return;
      const missing = 2 * window.innerHeight - this.#bottom(end);
      if (missing < 0) return;
      drawUpTo(this.#view, end + Math.max(PART, Math.ceil(missing / tall)));
    }
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => {
      const end = drawnEnd(this.#view.state);
      if (end === null) return;
      if (!this.#quiet() || this.#view.composing) return this.#later(QUIET_MS);
      drawUpTo(this.#view, end + PART);
      this.#later(PAUSE_MS);
    }, ms);
  }

  /** Where the drawn part ends in the window. */
  #bottom(end: number): number {
    const first = this.#view.nodeDOM(end);
    const last = first instanceof Element ? first.previousElementSibling : null;
    return last?.getBoundingClientRect().bottom ?? 0;
  }

  /** How tall the drawn part is for each of its positions. */
  #tall(end: number): number {
    return (this.#bottom(end) - this.#view.dom.getBoundingClientRect().top) / end;
  }

  #rest(): number {
    const { state } = this.#view;
    const end = drawnEnd(state);
    return end === null ? 0 : state.doc.content.size - end;
  }

  /**
   * The rest of a text is about as tall for its length as what is drawn of it: the scroll bar tells the truth. The last
   * block stands for all of the rest: with nothing drawn at its end, the webview would look through the whole rest for
   * it at each key.
   */
  #keepPlace(): void {
    const { dom, state } = this.#view;
    const end = drawnEnd(state);
    const last = dom.lastElementChild;
    if (end === null || !(last instanceof HTMLElement)) return;
    last.hidden = false;
    last.style.blockSize = `${Math.round(this.#tall(end) * this.#rest())}px`;
  }
}

/** In place of a block that is not drawn yet. It has no inside, so the view takes the block for it as it is. */
function undrawnView(): NodeView {
  const dom = document.createElement('div');
  dom.className = styles.undrawn ?? '';
  dom.dataset.undrawn = '';
  dom.hidden = true;
  return {
    dom,
    update: (_node, decorations) => decorations.some(isUndrawn),
    ignoreMutation: () => true,
  };
}

/** These views of nodes, for a text of which blocks may not be drawn yet. */
export function drawnViews(views: Record<string, NodeViewConstructor>): Record<string, NodeViewConstructor> {
  const all = { ...views };
  for (const [name, type] of Object.entries(schema.nodes)) {
    const { toDOM } = type.spec;
    const own = views[name];
    if (!type.isBlock || !toDOM) continue;
    all[name] = (node, view, getPos, decorations, inner) => {
      if (decorations.some(isUndrawn)) return undrawnView();
      return own?.(node, view, getPos, decorations, inner) ?? DOMSerializer.renderSpec(document, toDOM(node));
    };
  }
  return all;
}
