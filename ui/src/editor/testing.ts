import type { Command } from 'prosemirror-state';
import { EditorState, TextSelection } from 'prosemirror-state';
import type { BodyOptions } from './body';
import type { DocumentJson } from './document';
import { readDocument, writeDocument } from './document';

// Builders and drivers for the tests of this folder.

export const doc = (...content: DocumentJson[]): DocumentJson => ({ type: 'doc', content });
export const text = (value: string, ...marks: string[]): DocumentJson =>
  marks.length > 0
    ? { type: 'text', text: value, marks: marks.map((type) => ({ type })) }
    : { type: 'text', text: value };
const inline = (content: (string | DocumentJson)[]): DocumentJson[] =>
  content.map((one) => (typeof one === 'string' ? text(one) : one));
export const node = (
  type: string,
  attrs: Record<string, unknown>,
  ...content: (string | DocumentJson)[]
): DocumentJson => ({
  type,
  ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
  ...(content.length > 0 ? { content: inline(content) } : {}),
});
export const p = (...content: (string | DocumentJson)[]): DocumentJson => node('paragraph', {}, ...content);
export const h = (level: number, ...content: (string | DocumentJson)[]): DocumentJson =>
  node('heading', { level }, ...content);
export const li = (...content: DocumentJson[]): DocumentJson => node('list_item', {}, ...content);
export const ul = (...content: DocumentJson[]): DocumentJson => node('bullet_list', {}, ...content);

/** JSON without attributes that say nothing (null and the defaults), to compare by eye. */
export function plain(json: DocumentJson): DocumentJson {
  const defaults: Record<string, unknown> = {
    tight: true,
    start: 1,
    colspan: 1,
    rowspan: 1,
    title: '',
    size: '',
    free: false,
    info: '',
  };
  const attrs = Object.fromEntries(
    Object.entries(json.attrs ?? {}).filter(([key, value]) => value !== null && defaults[key] !== value),
  );
  const marks = json.marks?.map((mark) => {
    const own = Object.entries(mark.attrs ?? {}).filter(([, value]) => value !== '' && value !== null);
    return own.length > 0 ? { type: mark.type, attrs: Object.fromEntries(own) } : { type: mark.type };
  });
  return {
    type: json.type,
    ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
    ...(json.content?.length ? { content: json.content.map(plain) } : {}),
    ...(marks?.length ? { marks } : {}),
    ...(json.text === undefined ? {} : { text: json.text }),
  };
}

/** A state with the selection from the first `<` to the first `>` in the text, or at `|`; the signs are taken out. */
export function stateOf(json: DocumentJson): EditorState {
  const state = EditorState.create({ doc: readDocument(json) });
  const found: Record<string, number> = {};
  state.doc.descendants((one, pos) => {
    if (!one.isText) return true;
    for (const sign of ['<', '>', '|']) {
      const at = one.text?.indexOf(sign) ?? -1;
      if (at >= 0) found[sign] ??= pos + at;
    }
    return true;
  });
  const tr = state.tr;
  for (const at of Object.values(found).sort((a, b) => b - a)) tr.delete(at, at + 1);
  const before = (at: number) => at - Object.values(found).filter((other) => other < at).length;
  const from = found['|'] ?? found['<'];
  const to = found['|'] ?? found['>'];
  if (from !== undefined && to !== undefined) {
    tr.setSelection(TextSelection.create(tr.doc, before(from), before(to)));
  }
  return EditorState.create({ doc: tr.doc, selection: tr.selection });
}

/** What a command makes of a text; null when it does not apply. */
export function run(json: DocumentJson, command: Command): DocumentJson | null {
  let state = stateOf(json);
  const done = command(state, (tr) => {
    state = state.apply(tr);
  });
  return done ? plain(writeDocument(state.doc)) : null;
}

/** An editor of a text in a place, in which nothing is asked of anybody. */
export function idle(place: HTMLElement, document: DocumentJson): BodyOptions {
  const none = () => undefined;
  return {
    place,
    document,
    lang: 'ar',
    base: 'rtl',
    editable: true,
    words: {
      text: '',
      missingAlt: '',
      addingPicture: '',
      foreignPicture: '',
      kept: '',
      openTable: '',
      done: '',
      footnote: String,
    },
    pictureUrl: String,
    storePicture: async () => '',
    changed: none,
    barChanged: none,
    askLink: none,
    leave: none,
    pasted: none,
    askTracked: none,
    pictureFailed: none,
  };
}
