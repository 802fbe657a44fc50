import { dropCursor } from 'prosemirror-dropcursor';
import { gapCursor } from 'prosemirror-gapcursor';
import { history } from 'prosemirror-history';
import { Fragment, Slice } from 'prosemirror-model';
import { type Command, EditorState, NodeSelection, TextSelection } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import { type BarState, readBar, sameBar } from './bar';
import { bidiPlugin } from './bidi';
import { describePicture, insertPicture, nodeType } from './commands';
import { directionPlugin } from './direction';
import { type DocumentJson, readDocument, writeDocument } from './document';
import { drawnPlugin, drawnViews } from './drawn';
import styles from './editor.module.css';
import { type Found, findPlugin, found } from './find';
import { typingRules } from './inputrules';
import { keyPlugins } from './keys';
import {
  cleanPaste,
  isPicture,
  isWorthTelling,
  MAX_PASTED_HTML,
  MAX_PASTED_TEXT,
  mayHoldChanges,
  NOTHING_LOST,
  type PasteReport,
  paragraphsOf,
  pendingAddress,
  type Tracked,
  wellFormed,
} from './paste';
import { type Direction, STORED_PICTURE, schema } from './schema';
import { cellsOf, tablePlugins } from './tables';
import { type EditorWords, nodeViews } from './views';
import { charactersIn, wordsIn } from './words';

export interface BodyOptions {
  /** Element the editor is put into. */
  place: HTMLElement;
  /** The document as JSON; throws from {@link openBody} when it is not one. */
  document: unknown;
  lang: string;
  /** Direction where no word decides. */
  base: Direction;
  editable: boolean;
  words: EditorWords;
  /** Class names for the element with the text, beside the editor's own. */
  className?: string;
  pictureUrl(sha256: string): string;
  /** Stores the bytes of a picture and answers with their SHA-256. */
  storePicture(file: File): Promise<string>;
  /** After every change of the text; must be cheap. */
  changed(): void;
  /** The place of the cursor has other properties than before. */
  barChanged(bar: BarState): void;
  /** An address for a link was asked for by the keyboard. */
  askLink(): void;
  /** Escape was pressed in the text. */
  leave(): void;
  /** A paste lost something; nothing is told when it did not. */
  pasted(report: PasteReport): void;
  /** The pasted text has tracked changes; `choose` finishes the paste. */
  askTracked(counts: PasteReport['tracked'], choose: (tracked: Tracked | null) => void): void;
  /** A picture could not be stored and was taken out again. */
  pictureFailed(failure: unknown): void;
}

/** An open text. Commands of the bar go through {@link Body.run}; everything else happens inside the view. */
export interface Body {
  readonly view: EditorView;
  /** The text as it would be stored now. */
  document(): DocumentJson;
  /** The whole text as copying it would give it. */
  copied(): { text: string; html: string };
  words(): number;
  characters(): number;
  /** How looking for words stands; the same object until it changes. */
  found(): Found;
  hearFound(hear: () => void): () => void;
  /** Keeps the places that are shown clear of what lies over the page. */
  keepClear(pixels: number): void;
  bar(): BarState;
  /** Runs a command and gives the keyboard back to the text; false when it does not apply here. */
  run(command: Command, keepFocus?: boolean): boolean;
  /** Runs a command that changes nothing but what is shown: also in a text that may not be changed. */
  look(command: Command): boolean;
  /** Stores pictures and puts them where the cursor is (or at `at`). */
  addPictures(files: File[], at?: number): Promise<void>;
  /** Puts a picture that the desk already holds. */
  putStored(sha256: string, alt: string): void;
  describe(pos: number, alt: string, title?: string): void;
  /** Selects the first picture without a description; false when each has one. */
  showUndescribed(): boolean;
  setEditable(editable: boolean): void;
  /** Puts another text in, as one step that can be undone; for what was brought in from elsewhere. */
  replace(document: unknown): void;
  focus(): void;
  destroy(): void;
}

export function openBody(options: BodyOptions): Body {
  let editable = options.editable;
  let bar: BarState;
  let tracked: Tracked = 'accept';
  let looked: Found = { at: 0, count: 0 };
  const hearing = new Set<() => void>();
  /** What became of each picture: its SHA-256, or null when it could not be stored. */
  const stored = new Map<string, string | null>();

  const plugins = [
    drawnPlugin(),
    typingRules(),
    ...keyPlugins({ link: options.askLink, leave: options.leave }),
    directionPlugin(options.base, options.lang),
    ...tablePlugins(),
    findPlugin(),
    bidiPlugin(),
    history({ newGroupDelay: 600 }),
    dropCursor({ class: styles.dropCursor, color: false, width: 2 }),
    gapCursor(),
  ];

  const view: EditorView = new EditorView(options.place, {
    state: EditorState.create({ doc: readDocument(options.document), plugins }),
    editable: () => editable,
    nodeViews: drawnViews(
      nodeViews(options.words, options.pictureUrl, (src) => queueMicrotask(() => settle(src))),
    ),
    attributes: () => ({
      class: `piece ${styles.body} ${options.className ?? ''}`,
      lang: options.lang,
      dir: options.base,
      role: 'textbox',
      'aria-multiline': 'true',
      'aria-label': options.words.text,
      'aria-readonly': String(!editable),
      tabindex: '0',
    }),
    dispatchTransaction(tr) {
      const next = view.state.apply(tr);
      view.updateState(next);
      if (tr.docChanged) options.changed();
      tellBar();
      tellFound();
    },
    handlePaste(_view, event) {
      const html = event.clipboardData?.getData('text/html') ?? '';
      const files = picturesOf(event.clipboardData);
      if (files.length > 0 && html === '') {
        void addPictures(files);
        return true;
      }
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (html.length > MAX_PASTED_HTML || text.length > MAX_PASTED_TEXT) {
        options.pasted({ ...NOTHING_LOST, tooLong: true });
        return true;
      }
      if (!mayHoldChanges(html)) return false;
      const counts = cleanPaste(html).report.tracked;
      if (counts.added + counts.removed > 0) {
        options.askTracked(counts, (choice) => {
          if (choice === null) return;
          tracked = choice;
          view.focus();
          view.pasteHTML(html);
          tracked = 'accept';
        });
        return true;
      }
      return false;
    },
    handleDrop(_view, event, _slice, moved) {
      const files = picturesOf(event.dataTransfer);
      if (moved || files.length === 0) return false;
      event.preventDefault();
      const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;
      void addPictures(files, at);
      return true;
    },
    transformPastedHTML(html) {
      const cleaned = cleanPaste(wellFormed(html), tracked);
      for (const { src, file } of cleaned.pictures) void storeInto(src, file);
      if (isWorthTelling(cleaned.report)) options.pasted(cleaned.report);
      return cleaned.html;
    },
    clipboardTextParser(given) {
      const text = wellFormed(given);
      const range = cellsOf(text);
      if (range) return new Slice(Fragment.from(range), 0, 0);
      const blocks = paragraphsOf(text).map((lines) =>
        nodeType('paragraph').create(
          null,
          lines.flatMap((line, index) => [
            ...(index > 0 ? [nodeType('hard_break').create()] : []),
            ...(line === '' ? [] : [schema.text(line)]),
          ]),
        ),
      );
      return new Slice(Fragment.from(blocks), 1, 1);
    },
  });

  bar = readBar(view.state, options.base);

  function tellBar() {
    const next = readBar(view.state, options.base);
    if (sameBar(bar, next)) return;
    bar = next;
    options.barChanged(next);
  }

  function tellFound() {
    const next = found(view.state);
    if (next.at === looked.at && next.count === looked.count) return;
    looked = next;
    for (const hear of hearing) hear();
  }

  async function addPictures(files: File[], at?: number) {
    if (!editable) return;
    if (at !== undefined) {
      view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(at))));
    }
    const places = files.map((file) => ({ src: pendingAddress(), file }));
    for (const { src } of places) {
      insertPicture({ src })(view.state, view.dispatch);
      view.dispatch(
        view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(view.state.selection.to))),
      );
    }
    await Promise.all(places.map(({ src, file }) => storeInto(src, file)));
  }

  async function storeInto(src: string, file: File) {
    let sha256: string | null = null;
    try {
      sha256 = await options.storePicture(file);
    } catch (failure) {
      options.pictureFailed(failure);
    }
    stored.set(src, sha256);
    settle(src);
  }

  /**
   * Turns every place that waits for a picture into the picture, or takes it out again. Also when such a place comes
   * back later, by redo.
   */
  function settle(src: string) {
    const sha256 = stored.get(src);
    if (sha256 === undefined || view.isDestroyed) return;
    const tr = view.state.tr.setMeta('addToHistory', false);
    const places: number[] = [];
    view.state.doc.descendants((node, pos) => {
      if (node.type.name === 'image' && node.attrs.src === src) places.push(pos);
      return true;
    });
    for (const pos of places.reverse()) {
      if (sha256 === null) tr.delete(pos, pos + 1);
      else tr.setNodeAttribute(pos, 'src', `${STORED_PICTURE}${sha256}`);
    }
    if (tr.docChanged) view.dispatch(tr);
  }

  return {
    view,
    document: () => writeDocument(view.state.doc),
    copied() {
      const { dom, text } = view.serializeForClipboard(new Slice(view.state.doc.content, 0, 0));
      return { text, html: dom.innerHTML };
    },
    words: () => wordsIn(view.state.doc),
    characters: () => charactersIn(view.state.doc),
    found: () => looked,
    hearFound(hear) {
      hearing.add(hear);
      return () => hearing.delete(hear);
    },
    keepClear(pixels) {
      const margin = { top: pixels + 5, bottom: 5, left: 5, right: 5 };
      view.setProps({ scrollThreshold: { ...margin, bottom: 0, left: 0, right: 0 }, scrollMargin: margin });
    },
    bar: () => bar,
    run(command, keepFocus = false) {
      if (!editable) return false;
      const done = command(view.state, view.dispatch, view);
      if (!keepFocus) view.focus();
      return done;
    },
    look: (command) => command(view.state, view.dispatch, view),
    addPictures,
    putStored(sha256, alt) {
      insertPicture({ src: `${STORED_PICTURE}${sha256}`, alt })(view.state, view.dispatch);
    },
    describe(pos, alt, title) {
      describePicture(pos, alt, title)(view.state, view.dispatch);
    },
    showUndescribed() {
      let found = -1;
      view.state.doc.descendants((node, pos) => {
        if (found < 0 && node.type.name === 'image' && String(node.attrs.alt).trim() === '') found = pos;
        return found < 0;
      });
      if (found < 0) return false;
      view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, found)).scrollIntoView());
      return true;
    },
    setEditable(next) {
      editable = next;
      view.setProps({});
    },
    replace(document) {
      const doc = readDocument(document);
      view.dispatch(view.state.tr.replaceWith(0, view.state.doc.content.size, doc.content));
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

function picturesOf(from: DataTransfer | null): File[] {
  return [...(from?.files ?? [])].filter((file) => isPicture(file.type));
}
