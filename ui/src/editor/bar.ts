import { redoDepth, undoDepth } from 'prosemirror-history';
import type { Mark } from 'prosemirror-model';
import type { EditorState } from 'prosemirror-state';
import { isInTable } from 'prosemirror-tables';
import { controlsCount } from './bidi';
import { around, type Emphasis, isList, linkAt, selectedPicture } from './commands';
import { directionAt } from './direction';
import type { Align, Direction, PictureSize } from './schema';
import { schema } from './schema';
import { canMerge, columnAlign } from './tables';

/** What the formatting bar shows about the place of the cursor. Compared by value: it is told only when it changes. */
export interface BarState {
  /** 0 for a paragraph, 1–6 for a heading, null for code or a mixed place. */
  level: number | null;
  strong: boolean;
  em: boolean;
  strike: boolean;
  code: boolean;
  codeBlock: boolean;
  link: string | null;
  linkTitle: string;
  list: 'bullet_list' | 'ordered_list' | null;
  quote: boolean;
  table: boolean;
  align: Align;
  /** What can be done with the cells here: made one, or taken apart. */
  cells: 'merge' | 'split' | null;
  /** How this block runs, and what somebody chose for it (null: automatic). */
  direction: Direction;
  chosenDirection: Direction | null;
  picture: { pos: number; src: string; alt: string; title: string; size: PictureSize } | null;
  empty: boolean;
  /** How many characters in the text steer directions unseen. */
  controls: number;
  canUndo: boolean;
  canRedo: boolean;
}

function marked(state: EditorState, name: Emphasis): boolean {
  const type = schema.marks[name];
  if (!type) return false;
  const { from, $from, to, empty } = state.selection;
  if (!empty) return state.doc.rangeHasMark(from, to, type);
  return type.isInSet((state.storedMarks ?? $from.marks()) as readonly Mark[]) !== undefined;
}

export function readBar(state: EditorState, base: Direction): BarState {
  const { parent } = state.selection.$from;
  const list = around(state, isList)?.node.type.name;
  const { shown, chosen } = directionAt(state, base);
  const link = linkAt(state);
  return {
    level:
      parent.type.name === 'paragraph'
        ? 0
        : parent.type.name === 'heading'
          ? (parent.attrs.level as number)
          : null,
    strong: marked(state, 'strong'),
    em: marked(state, 'em'),
    strike: marked(state, 'strike'),
    code: marked(state, 'code'),
    codeBlock: parent.type.name === 'code_block',
    link: link?.href ?? null,
    linkTitle: link?.title ?? '',
    list: list === 'bullet_list' || list === 'ordered_list' ? list : null,
    quote: around(state, (node) => node.type.name === 'blockquote') !== null,
    table: isInTable(state),
    align: columnAlign(state) ?? null,
    cells: canMerge(state),
    direction: shown,
    chosenDirection: chosen,
    picture: selectedPicture(state),
    empty: state.selection.empty,
    controls: controlsCount(state),
    canUndo: undoDepth(state) > 0,
    canRedo: redoDepth(state) > 0,
  };
}

export function sameBar(a: BarState, b: BarState): boolean {
  const { picture: pictureA, ...restA } = a;
  const { picture: pictureB, ...restB } = b;
  const same = (Object.keys(restA) as (keyof typeof restA)[]).every((key) => restA[key] === restB[key]);
  if (!same || (pictureA === null) !== (pictureB === null)) return false;
  return (
    pictureA === pictureB ||
    (pictureA?.pos === pictureB?.pos &&
      pictureA?.src === pictureB?.src &&
      pictureA?.alt === pictureB?.alt &&
      pictureA?.title === pictureB?.title &&
      pictureA?.size === pictureB?.size)
  );
}
