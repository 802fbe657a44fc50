import { baseKeymap, chainCommands, exitCode } from 'prosemirror-commands';
import { redo, undo } from 'prosemirror-history';
import { undoInputRule } from 'prosemirror-inputrules';
import { keydownHandler } from 'prosemirror-keymap';
import { liftListItem, sinkListItem, splitListItem } from 'prosemirror-schema-list';
import { type Command, Plugin, Selection, TextSelection } from 'prosemirror-state';
import type { EditorView } from 'prosemirror-view';
import {
  clearFormatting,
  insertBreak,
  insertFootnote,
  nodeType,
  setTextStyle,
  toggleEmphasis,
  toggleList,
  toggleQuote,
} from './commands';
import { cycleDirection, setDirection } from './direction';
import { breakInCell, mergeOrSplit, nextCell, openTable, previousCell } from './tables';

/** What has a shortcut, and which: shown in the tips of the formatting bar, so that both tell the same. */
export const SHORTCUTS = {
  strong: 'Mod-b',
  em: 'Mod-i',
  strike: 'Mod-Shift-s',
  code: 'Mod-e',
  link: 'Mod-Shift-k',
  paragraph: 'Mod-Alt-0',
  heading1: 'Mod-Alt-1',
  heading2: 'Mod-Alt-2',
  heading3: 'Mod-Alt-3',
  heading4: 'Mod-Alt-4',
  bullet_list: 'Mod-Shift-l',
  ordered_list: 'Mod-Shift-o',
  quote: 'Mod-Shift-q',
  direction: 'Mod-Shift-x',
  footnote: 'Mod-Alt-f',
  cells: 'Mod-Alt-m',
  clear: 'Mod-Space',
  undo: 'Mod-z',
  redo: 'Mod-y',
} as const;

/** Requests the keyboard makes of whoever shows the editor. */
export interface KeyRequests {
  /** The place for typing an address was asked for. */
  link(): void;
  /** The text was left with Escape. */
  leave(): void;
}

const listItem = nodeType('list_item');

/** A new item of a ticked list starts unticked. */
const newItem: Command = (state, dispatch) => {
  const item = state.selection.$from.node(-1);
  const checked = item?.type === listItem && item.attrs.checked !== null ? false : null;
  return splitListItem(listItem, { checked })(state, dispatch);
};

/** To the start or end of the whole text. The browser's own stops at the marks in front of footnotes and ticked items. */
function toEdge(edge: 'start' | 'end', extend: boolean): Command {
  return (state, dispatch) => {
    const target = edge === 'start' ? Selection.atStart(state.doc) : Selection.atEnd(state.doc);
    const selection = extend ? TextSelection.between(state.selection.$anchor, target.$head) : target;
    dispatch?.(state.tr.setSelection(selection).scrollIntoView());
    return true;
  };
}

function bindings(requests: KeyRequests): Record<string, Command> {
  const keys: Record<string, Command> = {
    [SHORTCUTS.strong]: toggleEmphasis('strong'),
    [SHORTCUTS.em]: toggleEmphasis('em'),
    [SHORTCUTS.strike]: toggleEmphasis('strike'),
    [SHORTCUTS.code]: toggleEmphasis('code'),
    [SHORTCUTS.bullet_list]: toggleList('bullet_list'),
    [SHORTCUTS.ordered_list]: toggleList('ordered_list'),
    [SHORTCUTS.quote]: toggleQuote,
    [SHORTCUTS.direction]: cycleDirection,
    [SHORTCUTS.footnote]: insertFootnote,
    [SHORTCUTS.cells]: mergeOrSplit,
    [SHORTCUTS.clear]: clearFormatting,
    [SHORTCUTS.undo]: undo,
    [SHORTCUTS.redo]: redo,
    'Mod-Shift-z': redo,
    [SHORTCUTS.link]: () => {
      requests.link();
      return true;
    },
    'Mod-Home': toEdge('start', false),
    'Mod-End': toEdge('end', false),
    'Mod-Shift-Home': toEdge('start', true),
    'Mod-Shift-End': toEdge('end', true),
    Enter: chainCommands(openTable, breakInCell, newItem),
    'Shift-Enter': chainCommands(exitCode, insertBreak),
    'Mod-Enter': chainCommands(exitCode, insertBreak),
    Backspace: undoInputRule,
    // Elsewhere Tab leaves the editor, as everywhere on the screen.
    Tab: chainCommands(nextCell, sinkListItem(listItem)),
    'Shift-Tab': chainCommands(previousCell, liftListItem(listItem)),
  };
  const leave: Command = () => {
    requests.leave();
    return true;
  };
  Object.assign(keys, { Escape: leave });
  for (let level = 0; level <= 4; level += 1) keys[`Mod-Alt-${level}`] = setTextStyle(level);
  return keys;
}

/**
 * The event as a Latin keyboard would give it, when a shortcut is pressed on another layout. On the Arabic layout one
 * key gives two letters (لا), which the keymap cannot trace back to a key by itself.
 */
export function asLatinKey(event: KeyboardEvent): KeyboardEvent {
  if (!(event.ctrlKey || event.metaKey) || [...event.key].every((char) => char < '\u007f')) return event;
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase();
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  const key = letter ?? digit;
  if (!key) return event;
  const { keyCode, ctrlKey, metaKey, altKey, shiftKey } = event;
  return { key, keyCode, ctrlKey, metaKey, altKey, shiftKey } as KeyboardEvent;
}

/**
 * Ctrl and the right or left Shift, pressed and let go with nothing between, set the direction, as in Word. Which of
 * the two runs which way follows the key's side, in every language.
 */
function shiftDirection(): Plugin {
  let armed: 'ShiftLeft' | 'ShiftRight' | null = null;
  return new Plugin({
    props: {
      handleDOMEvents: {
        keydown(_view: EditorView, event: KeyboardEvent) {
          const shift = event.code === 'ShiftLeft' || event.code === 'ShiftRight' ? event.code : null;
          const control = event.code === 'ControlLeft' || event.code === 'ControlRight';
          if (shift && event.ctrlKey && !event.altKey) armed = shift;
          else if (!control) armed = null;
          return false;
        },
        keyup(view: EditorView, event: KeyboardEvent) {
          const released = event.code === armed || event.code.startsWith('Control');
          if (armed && released) {
            setDirection(armed === 'ShiftRight' ? 'rtl' : 'ltr')(view.state, view.dispatch);
            armed = null;
          }
          return false;
        },
        mousedown() {
          armed = null;
          return false;
        },
        blur() {
          armed = null;
          return false;
        },
      },
    },
  });
}

/** WebKit's port for Linux, as it names itself; Chromium does not need the help below. */
const ON_WEBKIT_GTK = /Linux.*AppleWebKit/.test(navigator.userAgent) && !/Chrom/.test(navigator.userAgent);

/**
 * With Shift or by whole words WebKit's port for Linux takes the left arrow for "back", which in a line from right to
 * left is the other way. The arrow goes where it points, as it does alone and everywhere else.
 */
function pointedArrow(event: KeyboardEvent): boolean {
  const way = { ArrowLeft: 'left', ArrowRight: 'right' }[event.key];
  if (!way || event.altKey || event.metaKey || !(event.shiftKey || event.ctrlKey)) return false;
  const selection = getSelection();
  const node = selection?.focusNode;
  const block = (node instanceof Element ? node : node?.parentElement)?.closest(
    'p, h1, h2, h3, h4, li, td, th, pre',
  );
  if (!block || getComputedStyle(block).direction !== 'rtl') return false;
  selection?.modify(event.shiftKey ? 'extend' : 'move', way, event.ctrlKey ? 'word' : 'character');
  event.preventDefault();
  return true;
}

export function keyPlugins(requests: KeyRequests): Plugin[] {
  const ours = keydownHandler(bindings(requests));
  const basic = keydownHandler(baseKeymap);
  return [
    shiftDirection(),
    new Plugin({
      props: {
        handleKeyDown(view, event) {
          const latin = asLatinKey(event);
          return ours(view, latin) || basic(view, latin);
        },
        // Before the editor reads and writes the selection anew, which would hold it at the edge of what runs by itself.
        handleDOMEvents: {
          keydown: (_, event) => ON_WEBKIT_GTK && pointedArrow(event),
        },
      },
    }),
  ];
}
