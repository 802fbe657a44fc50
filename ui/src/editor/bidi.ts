import type { Node } from 'prosemirror-model';
import { type Command, type EditorState, Plugin, PluginKey, type Transaction } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';
import styles from './editor.module.css';

/**
 * Characters that steer the direction of a line and are not seen. They come with pasted text; one that was forgotten
 * turns the words of a whole line round, and a name with one can say something else than it shows.
 */
const CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const NAMES: Record<string, string> = {
  '\u061c': 'ALM',
  '\u200e': 'LRM',
  '\u200f': 'RLM',
  '\u202a': 'LRE',
  '\u202b': 'RLE',
  '\u202c': 'PDF',
  '\u202d': 'LRO',
  '\u202e': 'RLO',
  '\u2066': 'LRI',
  '\u2067': 'RLI',
  '\u2068': 'FSI',
  '\u2069': 'PDI',
};

interface Place {
  from: number;
  to: number;
  name: string;
}

function controlsIn(node: Node, pos: number): Place[] {
  const places: Place[] = [];
  node.descendants((child, offset) => {
    if (!child.isText) return true;
    for (const match of (child.text ?? '').matchAll(CONTROLS)) {
      const from = pos + offset + match.index;
      places.push({ from, to: from + 1, name: NAMES[match[0]] ?? '?' });
    }
    return false;
  });
  return places;
}

const known = new WeakMap<Node, boolean>();

/** Whether a block holds any. What was found for a node stays true as long as it lives. */
function holdsControls(node: Node): boolean {
  let holds = known.get(node);
  if (holds === undefined) {
    holds = node.textContent.search(CONTROLS) >= 0;
    known.set(node, holds);
  }
  return holds;
}

function places(doc: Node): Place[] {
  const all: Place[] = [];
  doc.forEach((block, offset) => {
    if (holdsControls(block)) all.push(...controlsIn(block, offset + 1));
  });
  return all;
}

const key = new PluginKey<DecorationSet>('bidi');

/** Each such character as a small sign with its name; it stays one character for the cursor and the keys. */
function signs(doc: Node): DecorationSet {
  return DecorationSet.create(
    doc,
    places(doc).map(({ from, to, name }) =>
      Decoration.inline(from, to, { class: styles.control ?? '', 'data-name': name }),
    ),
  );
}

export function bidiPlugin(): Plugin<DecorationSet> {
  return new Plugin<DecorationSet>({
    key,
    state: {
      init: (_config, state) => signs(state.doc),
      apply: (tr: Transaction, set) => (tr.docChanged ? signs(tr.doc) : set),
    },
    props: { decorations: (state) => key.getState(state) },
  });
}

/** How many of them are in the text. */
export function controlsCount(state: EditorState): number {
  return key.getState(state)?.find().length ?? 0;
}

/** Takes out every one in the selection, or in the whole text when nothing is selected. */
export const removeControls: Command = (state, dispatch) => {
  const { from, to, empty } = state.selection;
  const wanted = places(state.doc).filter((one) => empty || (one.from < to && one.to > from));
  if (wanted.length === 0) return false;
  if (dispatch) {
    const tr = state.tr;
    for (const one of wanted.reverse()) tr.delete(one.from, one.to);
    dispatch(tr);
  }
  return true;
};
