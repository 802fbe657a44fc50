import { lift, setBlockType, toggleMark, wrapIn } from 'prosemirror-commands';
import type { Attrs, Node, NodeType } from 'prosemirror-model';
import { liftListItem, wrapInList } from 'prosemirror-schema-list';
import { type Command, type EditorState, NodeSelection, TextSelection } from 'prosemirror-state';
import { linkAddress, type PictureSize, schema } from './schema';

const { marks, nodes } = schema;

/** A node type of the schema by name; a wrong name is a programming error and throws. */
export function nodeType(name: string): NodeType {
  const type = nodes[name];
  if (!type) throw new RangeError(`No node ${name}`);
  return type;
}

function markType(name: 'strong' | 'em' | 'strike' | 'code' | 'link') {
  const type = marks[name];
  if (!type) throw new RangeError(`No mark ${name}`);
  return type;
}

export type Emphasis = 'strong' | 'em' | 'strike' | 'code';

export function toggleEmphasis(name: Emphasis): Command {
  return toggleMark(markType(name));
}

/** The nearest block around the cursor that `is` accepts. */
export function around(
  state: EditorState,
  is: (node: Node) => boolean,
): { node: Node; pos: number; depth: number } | null {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    if (is(node)) return { node, pos: $from.before(depth), depth };
  }
  return null;
}

export const isList = (node: Node): boolean => node.type.spec.group?.includes('list') === true;

/** Level 0 is a paragraph. The direction somebody chose stays with the block. */
export function setTextStyle(level: number): Command {
  return (state, dispatch) => {
    const keep: Attrs = { dir: (state.selection.$from.parent.attrs.dir as string | undefined) ?? null };
    const command =
      level === 0
        ? setBlockType(nodeType('paragraph'), keep)
        : setBlockType(nodeType('heading'), { ...keep, level });
    return command(state, dispatch);
  };
}

export const toggleCodeBlock: Command = (state, dispatch) =>
  state.selection.$from.parent.type.name === 'code_block'
    ? setBlockType(nodeType('paragraph'))(state, dispatch)
    : setBlockType(nodeType('code_block'))(state, dispatch);

/** Makes the selected blocks a list, turns a list of the other kind into this one, or lifts the items out. */
export function toggleList(name: 'bullet_list' | 'ordered_list'): Command {
  return (state, dispatch, view) => {
    const list = around(state, isList);
    if (!list) return wrapInList(nodeType(name))(state, dispatch);
    if (list.node.type.name === name) return liftListItem(nodeType('list_item'))(state, dispatch, view);
    if (dispatch) {
      const { tight, dir } = list.node.attrs;
      const attrs = name === 'ordered_list' ? { tight, dir, start: 1 } : { tight, dir };
      dispatch(state.tr.setNodeMarkup(list.pos, nodeType(name), attrs).scrollIntoView());
    }
    return true;
  };
}

export const toggleQuote: Command = (state, dispatch) =>
  around(state, (node) => node.type.name === 'blockquote')
    ? lift(state, dispatch)
    : wrapIn(nodeType('blockquote'))(state, dispatch);

export interface LinkRange {
  href: string;
  title: string;
  from: number;
  to: number;
}

/** The link under the cursor or at the start of the selection, with the range its text covers. */
export function linkAt(state: EditorState): LinkRange | null {
  const { $from, empty } = state.selection;
  const type = markType('link');
  const at = empty ? $from.pos : $from.pos + 1;
  const $at = state.doc.resolve(Math.min(at, $from.end()));
  const { parent } = $at;
  if (!parent.isTextblock) return null;
  const inside = $at.parentOffset;
  let run: LinkRange[] = [];
  let hit: LinkRange | undefined;
  let offset = 0;
  for (let index = 0; index < parent.childCount; index += 1) {
    const child = parent.child(index);
    const after = offset + child.nodeSize;
    const mark = type.isInSet(child.marks);
    const href = (mark?.attrs.href as string | undefined) ?? null;
    const title = (mark?.attrs.title as string | null | undefined) ?? '';
    const before = run.at(-1);
    if (href === null) run = [];
    else run = [{ href, title, from: before?.href === href ? before.from : offset, to: after }];
    const [open] = run;
    if (open && inside >= open.from && inside <= open.to) hit = open;
    offset = after;
  }
  if (!hit) return null;
  return { href: hit.href, title: hit.title, from: $at.start() + hit.from, to: $at.start() + hit.to };
}

/**
 * Links the selection, the link under the cursor, or (with nothing selected) new text saying `words`.
 * `title` is what readers see when they point at it. An address that cannot be a link changes nothing; an empty one
 * removes the link.
 */
export function setLink(href: string, words?: string, title = ''): Command {
  return (state, dispatch) => {
    const type = markType('link');
    const existing = linkAt(state);
    const range = state.selection.empty ? existing : { from: state.selection.from, to: state.selection.to };
    if (href.trim() === '') {
      if (!existing && !range) return false;
      const { from, to } = existing ?? range ?? { from: 0, to: 0 };
      dispatch?.(state.tr.removeMark(from, to, type));
      return true;
    }
    const address = linkAddress(href);
    if (address === null) return false;
    const mark = type.create({ href: address, title: title.trim() });
    if (range) {
      dispatch?.(state.tr.removeMark(range.from, range.to, type).addMark(range.from, range.to, mark));
      return true;
    }
    if (!state.selection.$from.parent.inlineContent) return false;
    const text = schema.text(words?.trim() || href.trim(), [mark]);
    dispatch?.(state.tr.replaceSelectionWith(text, false).removeStoredMark(mark).scrollIntoView());
    return true;
  };
}

/** Takes the emphasis, links, heading level and chosen direction off the selected blocks; lists and tables stay. */
export const clearFormatting: Command = (state, dispatch) => {
  const { $from, $to, empty } = state.selection;
  const from = empty ? $from.start() : $from.pos;
  const to = empty ? $from.end() : $to.pos;
  if (dispatch) {
    const tr = state.tr.removeMark(from, to).setStoredMarks([]);
    state.doc.nodesBetween(from, to, (node, pos) => {
      if (node.type.name === 'heading' || (node.type.name === 'paragraph' && node.attrs.dir)) {
        tr.setNodeMarkup(pos, nodeType('paragraph'), { dir: null });
      }
      return true;
    });
    dispatch(tr.scrollIntoView());
  }
  return true;
};

export const insertRule: Command = (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodeType('horizontal_rule').create()).scrollIntoView());
  return true;
};

export const insertBreak: Command = (state, dispatch) => {
  if (state.selection.$from.parent.type.spec.code) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodeType('hard_break').create()).scrollIntoView());
  return true;
};

/** A reference at the cursor, numbered after the last one, and its note at the end of the text with the cursor in it. */
export const insertFootnote: Command = (state, dispatch) => {
  const { $from } = state.selection;
  const reference = nodeType('footnote_reference');
  if (!$from.parent.type.contentMatch.matchType(reference)) return false;
  if (around(state, (node) => node.type.name === 'footnote_definition')) return false;
  if (dispatch) {
    let last = 0;
    state.doc.descendants((node) => {
      if (node.type === reference || node.type.name === 'footnote_definition') {
        last = Math.max(last, Number.parseInt(node.attrs.label as string, 10) || 0);
      }
      return true;
    });
    const label = String(last + 1);
    const tr = state.tr.insert(state.selection.to, reference.create({ label }));
    const note = nodeType('footnote_definition').create({ label }, nodeType('paragraph').create());
    const end = tr.doc.content.size;
    tr.insert(end, note);
    tr.setSelection(TextSelection.create(tr.doc, end + 2)).scrollIntoView();
    dispatch(tr);
  }
  return true;
};

/** Goes from a footnote mark to its note and back; false when its other half is missing. */
export function followFootnote(label: string, from: 'mark' | 'note'): Command {
  return (state, dispatch) => {
    const wanted = from === 'mark' ? 'footnote_definition' : 'footnote_reference';
    let target = -1;
    state.doc.descendants((node, pos) => {
      if (target < 0 && node.type.name === wanted && node.attrs.label === label) target = pos;
      return target < 0;
    });
    if (target < 0) return false;
    if (dispatch) {
      const $pos = state.doc.resolve(target + (from === 'mark' ? 2 : 1));
      dispatch(state.tr.setSelection(TextSelection.near($pos)).scrollIntoView());
    }
    return true;
  };
}

/** A picture in place of the selection; it is selected afterwards so that its description can be typed at once. */
export function insertPicture(attrs: { src: string; alt?: string }): Command {
  return (state, dispatch) => {
    const image = nodeType('image').create({ alt: '', title: '', ...attrs });
    if (dispatch) {
      const tr = state.tr.replaceSelectionWith(image, false);
      const before = tr.selection.from - image.nodeSize;
      if (before >= 0 && tr.doc.nodeAt(before)?.type.name === 'image') {
        tr.setSelection(NodeSelection.create(tr.doc, before));
      }
      dispatch(tr.scrollIntoView());
    }
    return true;
  };
}

/** The picture that is selected, if one is. */
export function selectedPicture(
  state: EditorState,
): { pos: number; src: string; alt: string; title: string; size: PictureSize } | null {
  const { selection } = state;
  if (!(selection instanceof NodeSelection) || selection.node.type.name !== 'image') return null;
  return {
    pos: selection.from,
    src: selection.node.attrs.src as string,
    alt: selection.node.attrs.alt as string,
    title: selection.node.attrs.title as string,
    size: selection.node.attrs.size as PictureSize,
  };
}

/** Shows a picture smaller, or as wide as it is. It stays selected. */
export function sizePicture(pos: number, size: PictureSize): Command {
  return (state, dispatch) => {
    const node = state.doc.nodeAt(pos);
    if (node?.type.name !== 'image') return false;
    if (dispatch && node.attrs.size !== size) {
      const tr = state.tr.setNodeMarkup(pos, null, { ...node.attrs, size }, node.marks);
      dispatch(tr.setSelection(NodeSelection.create(tr.doc, pos)));
    }
    return true;
  };
}

/** Gives a picture its description for those who do not see it, and the words below it. */
export function describePicture(pos: number, alt: string, title?: string): Command {
  return (state, dispatch) => {
    const node = state.doc.nodeAt(pos);
    if (node?.type.name !== 'image') return false;
    const next = { ...node.attrs, alt, title: title ?? node.attrs.title };
    if (dispatch && (node.attrs.alt !== alt || node.attrs.title !== next.title)) {
      const tr = state.tr.setNodeMarkup(pos, null, next, node.marks);
      if (state.selection.from === pos) tr.setSelection(NodeSelection.create(tr.doc, pos));
      dispatch(tr);
    }
    return true;
  };
}
