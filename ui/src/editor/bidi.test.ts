import { EditorState, TextSelection } from 'prosemirror-state';
import { expect, it } from 'vitest';
import { bidiPlugin, controlsCount, removeControls } from './bidi';
import { readDocument } from './document';
import { doc, li, p, text, ul } from './testing';

function open() {
  const json = doc(
    p('\u202bوزارة\u202c ', text('WHO\u200f', 'strong')),
    ul(li(p('plain'))),
    p('\u2068name\u2069'),
  );
  return EditorState.create({ doc: readDocument(json), plugins: [bidiPlugin()] });
}

it('sees the characters that steer directions, wherever they stand', () => {
  let state = open();
  expect(controlsCount(state)).toBe(5);
  state = state.apply(state.tr.insertText('\u202e', 2));
  expect(controlsCount(state)).toBe(6);
});

it('takes them out of the whole text, or of what is selected, and leaves every other letter', () => {
  let state = open();
  const run = () =>
    removeControls(state, (tr) => {
      state = state.apply(tr);
    });
  state = state.apply(state.tr.setSelection(TextSelection.create(state.doc, 1, 4)));
  expect(run()).toBe(true);
  expect(controlsCount(state)).toBe(4);
  state = state.apply(state.tr.setSelection(TextSelection.create(state.doc, 1)));
  expect(run()).toBe(true);
  expect(state.doc.textContent).toBe('وزارة WHOplainname');
  expect(state.doc.nodeAt(8)?.marks[0]?.type.name).toBe('strong');
  expect(run()).toBe(false);
});
