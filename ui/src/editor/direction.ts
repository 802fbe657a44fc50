import type { Node, ResolvedPos } from 'prosemirror-model';
import { type Command, type EditorState, Plugin, PluginKey, type Transaction } from 'prosemirror-state';
import { AttrStep } from 'prosemirror-transform';
import { Decoration, DecorationSet } from 'prosemirror-view';
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

const isolated = new WeakMap<Node, { dir: Direction; isolates: Isolate[] }>();

/** What runs by itself in a block that runs this way. Code and what is no text are between the words, not part of them. */
function apart(block: Node, dir: Direction): Isolate[] {
  if (block.type.spec.code || block.content.size === 0) return [];
  const known = isolated.get(block);
  if (known?.dir === dir) return known.isolates;
  let text = '';
  block.forEach((child) => {
    const words = child.isText && !child.marks.some((mark) => mark.type.name === 'code');
    text += words ? (child.text ?? '') : '\ufffc'.repeat(child.nodeSize);
  });
  const found = { dir, isolates: isolates(text, dir) };
  isolated.set(block, found);
  return found.isolates;
}

/** Adds the direction of `node` and of every block inside it. `around` is the direction where nothing else decides. */
function decorate(
  node: Node,
  pos: number,
  around: Direction,
  forced: Direction | null,
  lang: string,
  out: Decoration[],
): void {
  if (node.isInline) return;
  const own = (node.attrs.dir as Direction | null | undefined) ?? forced;
  const dir = own ?? automaticDirection(node) ?? around;
  if (hasDirection(node) || node.type.name === 'footnote_definition') {
    const other = node.isTextblock ? otherLanguage(node, lang) : null;
    out.push(Decoration.node(pos, pos + node.nodeSize, other === null ? { dir } : { dir, lang: other }));
  }
  if (node.isTextblock) {
    for (const { from, to, dir: way } of apart(node, dir)) {
      const attrs = { nodeName: 'bdi', class: styles.apart ?? '', dir: way };
      out.push(Decoration.inline(pos + 1 + from, pos + 1 + to, attrs));
    }
    return;
  }
  node.forEach((child, offset) => {
    decorate(child, pos + 1 + offset, dir, own, lang, out);
  });
}

function decorateAll(doc: Node, base: Direction, lang: string): DecorationSet {
  const out: Decoration[] = [];
  doc.forEach((child, offset) => {
    decorate(child, offset, base, null, lang, out);
  });
  return DecorationSet.create(doc, out);
}

/** The outermost blocks a transaction touched, as one range of the new document; null when it touched none. */
function touched(tr: Transaction): { from: number; to: number } | null {
  let from = Number.POSITIVE_INFINITY;
  let to = -1;
  tr.mapping.maps.forEach((map, index) => {
    const rest = tr.mapping.slice(index + 1);
    map.forEach((_oldFrom, _oldTo, newFrom, newTo) => {
      from = Math.min(from, rest.map(newFrom, -1));
      to = Math.max(to, rest.map(newTo, 1));
    });
  });
  // Steps that only set attributes move nothing, so their maps are empty.
  for (const step of tr.steps) {
    if (!(step instanceof AttrStep)) continue;
    from = Math.min(from, step.pos);
    to = Math.max(to, step.pos + 1);
  }
  return to < 0 ? null : { from: Math.max(0, from), to: Math.min(tr.doc.content.size, to) };
}

function update(set: DecorationSet, tr: Transaction, base: Direction, lang: string): DecorationSet {
  if (!tr.docChanged) return set;
  const mapped = set.map(tr.mapping, tr.doc);
  const range = touched(tr);
  if (!range) return mapped;
  const fresh: Decoration[] = [];
  let start = -1;
  let end = -1;
  let offset = 0;
  for (let index = 0; index < tr.doc.childCount && offset <= range.to; index += 1) {
    const child = tr.doc.child(index);
    const after = offset + child.nodeSize;
    if (after >= range.from) {
      if (start < 0) start = offset;
      end = after;
      decorate(child, offset, base, null, lang, fresh);
    }
    offset = after;
  }
  if (start < 0) return mapped;
  const stale = mapped.find(start, end).filter((old) => old.from >= start && old.to <= end);
  return mapped.remove(stale).add(tr.doc, fresh);
}

const directionKey = new PluginKey<DecorationSet>('direction');

/**
 * Gives every block its direction in the view, and what must run by itself in it (see isolate.ts): the stored override, or else its first strong character, or else the
 * direction of what surrounds it, outermost `base`. Only blocks that a transaction touched are looked at again.
 *
 * The browser's own `dir="auto"` is not enough: a list or table finds no direction once its blocks carry their own,
 * and an empty line in an Arabic text would start at the left.
 */
export function directionPlugin(base: Direction, lang: string): Plugin<DecorationSet> {
  return new Plugin({
    key: directionKey,
    state: {
      init: (_config, state) => decorateAll(state.doc, base, lang),
      apply: (tr, set) => update(set, tr, base, lang),
    },
    props: { decorations: (state) => directionKey.getState(state) },
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
