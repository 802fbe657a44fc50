import { closeHistory } from 'prosemirror-history';
import type { Node } from 'prosemirror-model';
import { type Command, type EditorState, Plugin, PluginKey, TextSelection } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';
import styles from './editor.module.css';
import { foldChar } from './fold';
import { schema } from './schema';

/** What is looked for. `exact`: as it is written, letter by letter; otherwise as readers mean it. */
export interface Wanted {
  text: string;
  exact: boolean;
}

/** How looking stands: which of how many places is shown; `at` counts from 1 and is 0 when none is. */
export interface Found {
  at: number;
  count: number;
}

interface Place {
  from: number;
  to: number;
}

interface Finding {
  wanted: Wanted | null;
  places: Place[];
  /** Index of the place the selection covers, or -1. */
  at: number;
  marks: DecorationSet;
}

/** More places than this are counted but not coloured: a browser is slow on as many elements. */
const MOST_MARKED = 2000;

/** The letters of a block after folding, and for each where its character begins and ends in the block. */
interface Letters {
  text: string;
  from: number[];
  to: number[];
}

const folded = new WeakMap<Node, Letters>();
const asWritten = new WeakMap<Node, Letters>();

function lettersOf(block: Node, exact: boolean): Letters {
  const cache = exact ? asWritten : folded;
  const known = cache.get(block);
  if (known) return known;
  const letters: Letters = { text: '', from: [], to: [] };
  const parts: string[] = [];
  block.forEach((child, offset) => {
    if (!child.isText) {
      // A line break is a space to whoever looks for two words; nothing matches a picture.
      parts.push(child.type.name === 'hard_break' ? ' ' : '\u{fffc}');
      letters.from.push(offset);
      letters.to.push(offset + child.nodeSize);
      return;
    }
    let at = offset;
    for (const char of child.text ?? '') {
      const after = at + char.length;
      const meant = exact ? char : foldChar(char);
      // A mark belongs to the letter before it.
      if (meant === '' && letters.to.length > 0) letters.to[letters.to.length - 1] = after;
      for (const one of meant.split('')) {
        parts.push(one);
        letters.from.push(at);
        letters.to.push(after);
      }
      at = after;
    }
  });
  letters.text = parts.join('');
  cache.set(block, letters);
  return letters;
}

/** Where one line that is not in the text (a title) holds what is looked for, in the order of the line. */
export function placesInLine(line: string, wanted: Wanted): Place[] {
  if (line.trim() === '') return [];
  return lookFor(schema.node('doc', null, [schema.node('paragraph', null, [schema.text(line)])]), wanted).map(
    ({ from, to }) => ({ from: from - 1, to: to - 1 }),
  );
}

function lookFor(doc: Node, wanted: Wanted | null): Place[] {
  if (!wanted) return [];
  const text = wanted.exact ? wanted.text : [...wanted.text].map(foldChar).join('');
  if (text.trim() === '') return [];
  const places: Place[] = [];
  doc.descendants((block, pos) => {
    if (!block.isTextblock) return true;
    const letters = lettersOf(block, wanted.exact);
    let at = letters.text.indexOf(text);
    while (at >= 0) {
      const last = at + text.length - 1;
      const from = letters.from[at];
      const to = letters.to[last];
      if (from !== undefined && to !== undefined) places.push({ from: pos + 1 + from, to: pos + 1 + to });
      at = letters.text.indexOf(text, last + 1);
    }
    return false;
  });
  return places;
}

function marksOf(doc: Node, places: Place[], at: number): DecorationSet {
  const near = Math.max(0, at - MOST_MARKED / 2);
  return DecorationSet.create(
    doc,
    places.slice(near, near + MOST_MARKED).map(({ from, to }, index) =>
      Decoration.inline(from, to, {
        class: (index + near === at ? styles.foundHere : styles.found) ?? '',
      }),
    ),
  );
}

const key = new PluginKey<Finding>('find');

const NOTHING: Finding = { wanted: null, places: [], at: -1, marks: DecorationSet.empty };

/** Keeps the places of what is looked for while the text changes, and colours them. */
export function findPlugin(): Plugin<Finding> {
  return new Plugin<Finding>({
    key,
    state: {
      init: () => NOTHING,
      apply(tr, before) {
        const told = tr.getMeta(key) as { wanted: Wanted | null } | undefined;
        const wanted = told ? told.wanted : before.wanted;
        if (!wanted) return NOTHING;
        if (!told && !tr.docChanged && !tr.selectionSet) return before;
        const places = told || tr.docChanged ? lookFor(tr.doc, wanted) : before.places;
        const { from, to } = tr.selection;
        const at = places.findIndex((place) => place.from === from && place.to === to);
        if (places === before.places && at === before.at) return before;
        return { wanted, places, at, marks: marksOf(tr.doc, places, at) };
      },
    },
    props: { decorations: (state) => key.getState(state)?.marks },
  });
}

export function found(state: EditorState): Found {
  const { at, places } = key.getState(state) ?? NOTHING;
  return { at: at + 1, count: places.length };
}

/** Looks for something else, or (with null) for nothing any more. */
export function find(wanted: Wanted | null): Command {
  return (state, dispatch) => {
    dispatch?.(state.tr.setMeta(key, { wanted }).setMeta('addToHistory', false));
    return true;
  };
}

/** Selects the next or the former place, around the end; with `stay` the one that begins at the cursor counts. */
export function findNext(step: 1 | -1, stay = false): Command {
  return (state, dispatch, view) => {
    const { places } = key.getState(state) ?? NOTHING;
    const { from, to } = state.selection;
    const ahead = stay
      ? places.find((place) => place.from >= from)
      : step > 0
        ? places.find((place) => place.from >= to && (place.from > from || place.to > to))
        : places.findLast((place) => place.to <= from);
    const target = ahead ?? (step > 0 ? places[0] : places.at(-1));
    if (!target) return false;
    dispatch?.(
      state.tr.setSelection(TextSelection.create(state.doc, target.from, target.to)).scrollIntoView(),
    );
    // The view scrolls only while it has the keyboard, and the line for the words has it.
    if (dispatch && view?.dom && !view.hasFocus()) {
      const { node } = view.domAtPos(target.from, 1);
      const element = node instanceof Element ? node : node.parentElement;
      element?.scrollIntoView?.({ block: 'center' });
    }
    return true;
  };
}

/** Puts `text` in the place that is shown and goes on to the next; shows a place first when none is. */
export function replaceFound(text: string): Command {
  return (state, dispatch, view) => {
    const { places, at } = key.getState(state) ?? NOTHING;
    const place = places[at];
    if (!place) return findNext(1, true)(state, dispatch, view);
    if (!dispatch) return true;
    const tr = closeHistory(state.tr);
    if (text === '') tr.delete(place.from, place.to);
    else tr.insertText(text, place.from, place.to);
    // After the new words: they may hold what is looked for.
    tr.setSelection(TextSelection.create(tr.doc, place.from + text.length));
    dispatch(tr);
    if (view) findNext(1, true)(view.state, dispatch, view);
    return true;
  };
}

/** Puts `text` in every place, as one step that can be undone. */
export function replaceAllFound(text: string): Command {
  return (state, dispatch) => {
    const { places } = key.getState(state) ?? NOTHING;
    if (places.length === 0) return false;
    if (dispatch) {
      const tr = closeHistory(state.tr);
      for (const { from, to } of [...places].reverse()) {
        if (text === '') tr.delete(from, to);
        else tr.insertText(text, from, to);
      }
      dispatch(tr);
    }
    return true;
  };
}

/** The words that are selected, to be looked for; empty when they span blocks. */
export function selectedWords(state: EditorState): string {
  const { $from, $to, from, to } = state.selection;
  return $from.sameParent($to) ? state.doc.textBetween(from, to, ' ', ' ').slice(0, 200) : '';
}
