import type { Node, ResolvedPos } from 'prosemirror-model';
import { type Command, type EditorState, Plugin, PluginKey } from 'prosemirror-state';
import type { Mapping } from 'prosemirror-transform';
import { Decoration, type DecorationAttrs, DecorationSet } from 'prosemirror-view';
import { drawnEnd, UNDRAWN } from './drawn';
import styles from './editor.module.css';
import { type Isolate, isolates } from './isolate';
import type { Direction } from './schema';

const RTL_LETTER =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}\p{Script=Mandaic}\p{Script=Samaritan}]/u;
/** A strong character, or the start or end of an isolated run (whose inside does not count). */
const STRONG_OR_ISOLATE = /[\p{L}\u200e\u200f\u061c\u2066-\u2069]/gu;

/** Languages whose script runs from right to left; the region and script parts of the tag are not looked at. */
const RTL_LANGUAGES = new Set(['ar', 'fa', 'ur', 'ps', 'he', 'ug', 'sd', 'ckb', 'dv', 'yi', 'ks']);

export function directionOfLanguage(lang: string): Direction {
  return RTL_LANGUAGES.has(lang.toLowerCase().split('-')[0] ?? '') ? 'rtl' : 'ltr';
}

/** The direction of the first strong character, as rules P2 and P3 of the bidirectional algorithm say; null if none. */
export function firstStrong(text: string): Direction | null {
  let depth = 0;
  for (const [char] of text.matchAll(STRONG_OR_ISOLATE)) {
    if (char >= '\u2066' && char <= '\u2068') depth += 1;
    else if (char === '\u2069') depth = Math.max(0, depth - 1);
    else if (depth > 0) continue;
    else if (char === '\u200f' || char === '\u061c') return 'rtl';
    else if (char === '\u200e') return 'ltr';
    else return RTL_LETTER.test(char) ? 'rtl' : 'ltr';
  }
  return null;
}

// Nodes are immutable: what was found for one stays true as long as it lives.
const found = new WeakMap<Node, Direction | null>();

/** The direction the words inside a block ask for; null when it holds no strong character. Code does not count. */
export function automaticDirection(node: Node): Direction | null {
  const known = found.get(node);
  if (known !== undefined) return known;
  let result: Direction | null = null;
  if (node.isTextblock) {
    if (!node.type.spec.code) result = firstStrong(node.textContent);
  } else {
    for (let index = 0; index < node.childCount && result === null; index += 1) {
      result = automaticDirection(node.child(index));
    }
  }
  found.set(node, result);
  return result;
}

const FRENCH = /[éèêàâçùûîôœ]|\b(?:le|la|les|des|du|une|est|dans|pour|aux|sur|qui)\b/giu;
const ENGLISH = /\b(?:the|of|and|to|in|is|are|was|were|for|with|that|by)\b/giu;

const guessed = new WeakMap<Node, string | null>();

/**
 * The language of a block where it is plainly another one than the text's: for the spelling of its words, and for whoever
 * has them read aloud. Only the languages of the interface are told apart, and only by more than one sign.
 */
export function otherLanguage(block: Node, lang: string): string | null {
  const known = guessed.get(block);
  if (known !== undefined) return known;
  const own = lang.toLowerCase().split('-')[0] ?? '';
  let other: string | null = null;
  if (!block.type.spec.code) {
    const text = block.textContent.slice(0, 600);
    if (automaticDirection(block) === 'rtl') other = directionOfLanguage(lang) === 'rtl' ? null : 'ar';
    else if (/\p{Script=Latin}/u.test(text)) {
      const french = text.match(FRENCH)?.length ?? 0;
      const english = text.match(ENGLISH)?.length ?? 0;
      if (french > 1 && french > 2 * english && own !== 'fr') other = 'fr';
      else if (english > 1 && english > 2 * french && own !== 'en') other = 'en';
    }
  }
  guessed.set(block, other);
  return other;
}

function hasDirection(node: Node): boolean {
  return node.type.spec.attrs !== undefined && 'dir' in node.type.spec.attrs;
}

/** What runs by itself in a block that runs this way. Code and what is no text are between the words, not part of them. */
function apart(block: Node, dir: Direction): Isolate[] {
  if (block.type.spec.code || block.content.size === 0) return [];
  let text = '';
  block.forEach((child) => {
    const words = child.isText && !child.marks.some((mark) => mark.type.name === 'code');
    text += words ? (child.text ?? '') : '\ufffc'.repeat(child.nodeSize);
  });
  return isolates(text, dir);
}

/** The attributes of a block in the view; null for what has no direction of its own (an item, a cell). */
function attributesOf(block: Node, dir: Direction, lang: string): DecorationAttrs | null {
  if (!hasDirection(block) && block.type.name !== 'footnote_definition') return null;
  const other = block.isTextblock ? otherLanguage(block, lang) : null;
  return other === null ? { dir } : { dir, lang: other };
}

function marksApart(block: Node, dir: Direction, start: number): Decoration[] {
  return apart(block, dir).map((one) => {
    const attributes = { nodeName: 'bdi', class: styles.apart ?? '', dir: one.dir };
    return Decoration.inline(start + one.from, start + one.to, attributes);
  });
}

/** What is shown of one block where it stands. */
interface Shown {
  dir: Direction;
  /** The direction somebody chose for it or for something around it. */
  chosen: Direction | null;
  attributes: DecorationAttrs | null;
  /** The decorations inside it, at places within it. */
  inside: DecorationSet;
}

/** What is shown of the blocks of one text. Nodes are immutable, so a block is looked at once as long as it lives. */
class Looks {
  readonly #lang: string;
  readonly #known = new WeakMap<Node, Shown>();

  constructor(lang: string) {
    this.#lang = lang;
  }

  /** `around` is the direction where nothing else decides, `forced` what somebody chose for something around it. */
  of(block: Node, around: Direction, forced: Direction | null): Shown {
    const chosen = (block.attrs.dir as Direction | null | undefined) ?? forced;
    const dir = chosen ?? automaticDirection(block) ?? around;
    const known = this.#known.get(block);
    if (known?.dir === dir && known.chosen === chosen) return known;
    const inside = block.isTextblock
      ? DecorationSet.create(block, marksApart(block, dir, 0))
      : block.childCount > 0
        ? new BlockDecorations(block, dir, chosen, this)
        : DecorationSet.empty;
    const shown = { dir, chosen, attributes: attributesOf(block, dir, this.#lang), inside };
    this.#known.set(block, shown);
    return shown;
  }
}

/**
 * The decorations inside a block that holds blocks (or inside the whole text), answered block by block when they are
 * drawn. A set made by ProseMirror is searched from its beginning for each block that is drawn, and moved as a whole
 * with each key: in a text of thousands of blocks that was more than half of the work of a key, and of opening it.
 *
 * It is a `DecorationSet` because only with such does the view put others together (found words, selected cells). What
 * the view asks of one that is drawn is `localsInner` and `forChild`; for everything else it becomes an ordinary set.
 */
class BlockDecorations extends DecorationSet {
  readonly #node: Node;
  readonly #dir: Direction;
  readonly #chosen: Direction | null;
  readonly #looks: Looks;
  /** Blocks from here on are not drawn yet, and so not looked at. */
  readonly #end: number;
  #locals: Decoration[] | undefined;

  constructor(
    node: Node,
    dir: Direction,
    chosen: Direction | null,
    looks: Looks,
    end = Number.POSITIVE_INFINITY,
  ) {
    // @ts-expect-error the published type leaves out the two lists, of which this has none
    super([], []);
    this.#node = node;
    this.#dir = dir;
    this.#chosen = chosen;
    this.#looks = looks;
    this.#end = end;
  }

  /** The same for a text that is drawn up to a block; null: to its end. */
  upTo(end: number | null): BlockDecorations {
    return end === null ? this : new BlockDecorations(this.#node, this.#dir, this.#chosen, this.#looks, end);
  }

  /** The decorations on the blocks themselves, not what is inside them. */
  localsInner(): Decoration[] {
    if (!this.#locals) {
      const locals: Decoration[] = [];
      this.#node.forEach((block, offset) => {
        if (offset >= this.#end) {
          locals.push(Decoration.node(offset, offset + block.nodeSize, {}, UNDRAWN));
          return;
        }
        const { attributes } = this.#look(block);
        if (attributes) locals.push(Decoration.node(offset, offset + block.nodeSize, attributes));
      });
      this.#locals = locals;
    }
    return this.#locals;
  }

  override forChild(offset: number, block: Node): DecorationSet {
    return offset >= this.#end ? DecorationSet.empty : this.#look(block).inside;
  }

  eq(other: unknown): boolean {
    return (
      this === other ||
      (other instanceof BlockDecorations &&
        other.#node === this.#node &&
        other.#dir === this.#dir &&
        other.#chosen === this.#chosen &&
        other.#end === this.#end)
    );
  }

  override find(from?: number, to?: number, wanted?: (spec: unknown) => boolean): Decoration[] {
    return this.#ordinary().find(from, to, wanted);
  }

  override map(mapping: Mapping, doc: Node): DecorationSet {
    return this.#ordinary().map(mapping, doc);
  }

  override add(doc: Node, more: Decoration[]): DecorationSet {
    return this.#ordinary().add(doc, more);
  }

  override remove(some: Decoration[]): DecorationSet {
    return this.#ordinary().remove(some);
  }

  #look(block: Node): Shown {
    return this.#looks.of(block, this.#dir, this.#chosen);
  }

  /** The same decorations as a set of ProseMirror's own making. */
  #ordinary(): DecorationSet {
    const all: Decoration[] = [];
    this.#gather(0, all);
    return DecorationSet.create(this.#node, all);
  }

  #gather(start: number, into: Decoration[]): void {
    this.#node.forEach((block, offset) => {
      const { dir, attributes, inside } = this.#look(block);
      const pos = start + offset;
      if (attributes) into.push(Decoration.node(pos, pos + block.nodeSize, attributes));
      if (inside instanceof BlockDecorations) inside.#gather(pos + 1, into);
      else if (block.isTextblock) into.push(...marksApart(block, dir, pos + 1));
    });
  }
}

const directionKey = new PluginKey<BlockDecorations>('direction');

/**
 * Gives every block its direction in the view, and what must run by itself in it (see isolate.ts): the stored override,
 * or else its first strong character, or else the direction of what surrounds it, outermost `base`. Only blocks that a
 * transaction changed are looked at again.
 *
 * The browser's own `dir="auto"` is not enough: a list or table finds no direction once its blocks carry their own,
 * and an empty line in an Arabic text would start at the left.
 */
export function directionPlugin(base: Direction, lang: string): Plugin<BlockDecorations> {
  const looks = new Looks(lang);
  return new Plugin<BlockDecorations>({
    key: directionKey,
    state: {
      init: (_config, state) => new BlockDecorations(state.doc, base, null, looks),
      apply: (tr, set) => (tr.docChanged ? new BlockDecorations(tr.doc, base, null, looks) : set),
    },
    props: { decorations: (state) => directionKey.getState(state)?.upTo(drawnEnd(state)) },
  });
}

/**
 * The block whose `dir` decides for the text at a place. A cell cannot differ from its table nor an item from its list
 * in Markdown, so the table or the outermost list carries it. Null where none can be stored (code).
 */
export function directionTarget($pos: ResolvedPos): { node: Node; pos: number } | null {
  for (let depth = 1; depth <= $pos.depth; depth += 1) {
    const node = $pos.node(depth);
    const outer = node.type.name === 'table' || node.type.spec.group?.includes('list') === true;
    if (outer || (node.isTextblock && hasDirection(node))) return { node, pos: $pos.before(depth) };
  }
  return null;
}

/** What the direction at the cursor is, and whether somebody chose it. */
export function directionAt(
  state: EditorState,
  base: Direction,
): { shown: Direction; chosen: Direction | null } {
  const target = directionTarget(state.selection.$head);
  const chosen = (target?.node.attrs.dir as Direction | null | undefined) ?? null;
  const block = state.selection.$head.parent;
  if (block.type.spec.code) return { shown: 'ltr', chosen: null };
  const { $head } = state.selection;
  let around: Direction = base;
  let forced: Direction | null = null;
  for (let depth = 1; depth <= $head.depth; depth += 1) {
    const node = $head.node(depth);
    forced = (node.attrs.dir as Direction | null | undefined) ?? forced;
    around = forced ?? automaticDirection(node) ?? around;
  }
  return { shown: around, chosen };
}

/** Sets or (with null) lifts the direction of every block the selection touches. */
export function setDirection(dir: Direction | null): Command {
  return (state, dispatch) => {
    const targets = new Map<number, Node>();
    for (const range of state.selection.ranges) {
      const { $from, $to } = range;
      state.doc.nodesBetween($from.pos, Math.max($to.pos, $from.pos), (node, pos) => {
        if (!node.isTextblock) return true;
        const target = directionTarget(state.doc.resolve(pos + 1));
        if (target) targets.set(target.pos, target.node);
        return false;
      });
    }
    if (targets.size === 0) return false;
    if (dispatch) {
      const tr = state.tr;
      for (const [pos, node] of targets) {
        if (node.attrs.dir !== dir) tr.setNodeMarkup(pos, null, { ...node.attrs, dir }, node.marks);
      }
      dispatch(tr.scrollIntoView());
    }
    return true;
  };
}

/** Automatic → right to left → left to right → automatic. */
export const cycleDirection: Command = (state, dispatch, view) => {
  const target = directionTarget(state.selection.$head);
  if (!target) return false;
  const now = target.node.attrs.dir as Direction | null;
  const next = now === null ? 'rtl' : now === 'rtl' ? 'ltr' : null;
  return setDirection(next)(state, dispatch, view);
};
