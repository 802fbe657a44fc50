import { redo, undo } from 'prosemirror-history';
import { Slice } from 'prosemirror-model';
import { TextSelection } from 'prosemirror-state';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Body, type BodyOptions, openBody } from './body';
import { toggleQuote } from './commands';
import type { DocumentJson } from './document';
import { asLatinKey } from './keys';
import type { PasteReport } from './paste';
import { doc, h, idle, li, node, p, plain, text, ul } from './testing';

const words: BodyOptions['words'] = {
  text: 'Text',
  missingAlt: 'No description',
  addingPicture: 'Adding',
  foreignPicture: 'Picture elsewhere',
  kept: 'Kept as it is',
  openTable: 'open',
  done: 'Done',
  footnote: (label) => `Footnote ${label}`,
};

let open: Body[] = [];
afterEach(() => {
  for (const body of open) body.destroy();
  open = [];
  document.body.replaceChildren();
});

function edit(json: DocumentJson = doc(), more: Partial<BodyOptions> = {}): Body {
  const place = document.createElement('div');
  document.body.append(place);
  const body = openBody({
    ...idle(place, json),
    words,
    pictureUrl: (sha256) => `/blob/${sha256}`,
    storePicture: async () => 'b'.repeat(64),
    ...more,
  });
  open.push(body);
  return body;
}

/** Types as a keyboard would: every letter offered to the typing rules, then put in. */
function type(body: Body, letters: string) {
  for (const letter of letters) {
    const { from, to } = body.view.state.selection;
    const insert = () => body.view.state.tr.insertText(letter, from, to);
    const taken = body.view.someProp('handleTextInput', (handle) =>
      handle(body.view, from, to, letter, insert),
    );
    if (!taken) body.view.dispatch(insert());
  }
}

function press(body: Body, init: KeyboardEventInit & { keyCode?: number }): boolean {
  const event = new KeyboardEvent('keydown', init);
  if (init.keyCode) Object.defineProperty(event, 'keyCode', { value: init.keyCode });
  return body.view.someProp('handleKeyDown', (handle) => handle(body.view, event) || undefined) ?? false;
}

const held = (body: Body) => plain(body.document());
const atEnd = (body: Body) =>
  body.view.dispatch(body.view.state.tr.setSelection(TextSelection.atEnd(body.view.state.doc)));

describe('typing', () => {
  it.each<[string, string, DocumentJson]>([
    ['heading', '## عنوان', doc(h(2, 'عنوان'))],
    ['list', '- x', doc(ul(li(p('x'))))],
    ['numbered list', '1. x', doc(node('ordered_list', {}, li(p('x'))))],
    ['Arabic numbered list', '٣. س', doc(node('ordered_list', { start: 3 }, li(p('س'))))],
    ['quote', '> x', doc(node('blockquote', {}, p('x')))],
    ['code block', '```x', doc(node('code_block', {}, 'x'))],
    ['rule', '---x', doc({ type: 'horizontal_rule' }, p('x'))],
    ['bold', 'a **b c** d', doc(p('a ', text('b c', 'strong'), ' d'))],
    ['bold in Arabic', 'نص **غامق** ثم', doc(p('نص ', text('غامق', 'strong'), ' ثم'))],
    ['italic', 'a *b* c', doc(p('a ', text('b', 'em'), ' c'))],
    ['struck', '~~a~~ b', doc(p(text('a', 'strike'), ' b'))],
    ['code', '`a` b', doc(p(text('a', 'code'), ' b'))],
    ['an asterisk between numbers stays', '3 * 4 * 5', doc(p('3 * 4 * 5'))],
  ])('%s', (_what, letters, expected) => {
    const body = edit();
    type(body, letters);
    expect(held(body)).toEqual(expected);
  });

  it('takes a rule back with Backspace', () => {
    const body = edit();
    type(body, '## ');
    expect(held(body).content?.[0]?.type).toBe('heading');
    press(body, { key: 'Backspace' });
    expect(held(body)).toEqual(doc(p('## ')));
  });
});

describe('keys', () => {
  it('makes text bold on any layout', () => {
    for (const init of [
      { key: 'b', code: 'KeyB', keyCode: 66 },
      { key: 'لا', code: 'KeyB', keyCode: 66 },
      { key: 'B', code: 'KeyB', keyCode: 66 },
    ]) {
      const body = edit(doc(p('ab')));
      body.view.dispatch(body.view.state.tr.setSelection(TextSelection.create(body.view.state.doc, 1, 3)));
      expect(press(body, { ...init, ctrlKey: true })).toBe(true);
      expect(held(body)).toEqual(doc(p(text('ab', 'strong'))));
    }
  });

  it('cycles the direction with Ctrl+Shift+X, also from the Arabic layout', () => {
    const body = edit(doc(p('ab')));
    expect(press(body, { key: 'X', code: 'KeyX', keyCode: 88, ctrlKey: true, shiftKey: true })).toBe(true);
    expect(held(body)).toEqual(doc(node('paragraph', { dir: 'rtl' }, 'ab')));
    expect(press(body, { key: 'ْ', code: 'KeyX', keyCode: 88, ctrlKey: true, shiftKey: true })).toBe(true);
    expect(held(body)).toEqual(doc(node('paragraph', { dir: 'ltr' }, 'ab')));
  });

  it.each([
    ['ShiftRight', 'rtl'],
    ['ShiftLeft', 'ltr'],
  ])('sets the direction with Ctrl and %s alone', (code, dir) => {
    const body = edit(doc(p('ab')));
    const fire = (kind: string, init: KeyboardEventInit) =>
      body.view.dom.dispatchEvent(new KeyboardEvent(kind, { bubbles: true, ...init }));
    fire('keydown', { key: 'Control', code: 'ControlLeft', ctrlKey: true });
    fire('keydown', { key: 'Shift', code, ctrlKey: true, shiftKey: true });
    fire('keyup', { key: 'Shift', code, ctrlKey: true });
    expect(held(body)).toEqual(doc(node('paragraph', { dir }, 'ab')));
  });

  it('leaves the direction alone when Ctrl+Shift was for something else', () => {
    const body = edit(doc(p('ab')));
    const fire = (kind: string, init: KeyboardEventInit) =>
      body.view.dom.dispatchEvent(new KeyboardEvent(kind, { bubbles: true, ...init }));
    fire('keydown', { key: 'Shift', code: 'ShiftRight', ctrlKey: true, shiftKey: true });
    fire('keydown', { key: 'ArrowLeft', code: 'ArrowLeft', ctrlKey: true, shiftKey: true });
    fire('keyup', { key: 'Shift', code: 'ShiftRight', ctrlKey: true });
    expect(held(body)).toEqual(doc(p('ab')));
  });

  it('lets Tab leave the text except in lists and tables', () => {
    const body = edit(doc(p('ab')));
    expect(press(body, { key: 'Tab' })).toBe(false);
    const list = edit(doc(ul(li(p('a')), li(p('b')))));
    atEnd(list);
    expect(press(list, { key: 'Tab' })).toBe(true);
    expect(held(list)).toEqual(doc(ul(li(p('a'), ul(li(p('b')))))));
  });

  it('breaks the line in a cell and goes on to a new row after the last', () => {
    const body = edit(doc(node('table', {}, node('table_row', {}, node('table_header', {}, p('a'))))));
    atEnd(body);
    press(body, { key: 'Enter' });
    type(body, 'b');
    press(body, { key: 'Tab' });
    type(body, 'c');
    expect(held(body)).toEqual(
      doc(
        node(
          'table',
          {},
          node('table_row', {}, node('table_header', {}, p('a', { type: 'hard_break' }, 'b'))),
          node('table_row', {}, node('table_cell', {}, p('c'))),
        ),
      ),
    );
  });

  it('goes to the start and end of the whole text from a footnote', () => {
    const body = edit(doc(p('ab'), node('footnote_definition', { label: '1' }, p('note'))));
    atEnd(body);
    press(body, { key: 'Home', ctrlKey: true });
    expect(body.view.state.selection.head).toBe(1);
    press(body, { key: 'End', ctrlKey: true, shiftKey: true });
    expect(body.view.state.selection.to).toBe(body.view.state.doc.content.size - 2);
  });

  it('asks for an address', () => {
    const askLink = vi.fn();
    const body = edit(doc(p('ab')), { askLink });
    press(body, { key: 'K', code: 'KeyK', keyCode: 75, ctrlKey: true, shiftKey: true });
    expect(askLink).toHaveBeenCalledOnce();
  });

  it('leaves plain keys alone', () => {
    const event = new KeyboardEvent('keydown', { key: 'ب', code: 'KeyF' });
    expect(asLatinKey(event)).toBe(event);
  });
});

describe('pictures', () => {
  const file = new File([new Uint8Array([1])], 'a.png', { type: 'image/png' });

  it('are stored, then shown, and marked until they have a description', async () => {
    const changed = vi.fn();
    const body = edit(doc(p('a')), { changed });
    atEnd(body);
    const adding = body.addPictures([file]);
    expect(held(body)).toEqual(doc(p('a')));
    expect(body.view.dom.textContent).toContain('Adding');
    await adding;
    const src = `qalam:${'b'.repeat(64)}`;
    expect(held(body).content?.[0]?.content?.[1]?.attrs?.src).toBe(src);
    expect(body.view.dom.querySelector('img[src^="/blob/b"]')).not.toBeNull();
    expect(body.view.dom.textContent).toContain('No description');
    body.describe(2, 'A clinic');
    expect(body.view.dom.textContent).not.toContain('No description');
    expect(held(body).content?.[0]?.content?.[1]?.attrs?.alt).toBe('A clinic');
    expect(changed).toHaveBeenCalled();
  });

  it('that cannot be stored leave again, and it is said', async () => {
    const pictureFailed = vi.fn();
    const body = edit(doc(p('a')), { pictureFailed, storePicture: () => Promise.reject(new Error('full')) });
    await body.addPictures([file]);
    expect(pictureFailed).toHaveBeenCalledOnce();
    expect(held(body)).toEqual(doc(p('a')));
    expect(body.view.dom.textContent).not.toContain('Adding');
  });

  it('that come back by redo are shown again', async () => {
    const body = edit(doc(p('a')));
    atEnd(body);
    await body.addPictures([file]);
    body.run(undo);
    expect(body.view.dom.querySelector('img[src]')).toBeNull();
    body.run(redo);
    await Promise.resolve();
    expect(body.view.dom.querySelector('img[src^="/blob/b"]')).not.toBeNull();
    expect(body.view.dom.textContent).not.toContain('Adding');
  });

  it('without a description are found', () => {
    const described = { type: 'image', attrs: { src: `qalam:${'d'.repeat(64)}`, alt: 'x' } };
    const body = edit(
      doc(p(described, { type: 'image', attrs: { src: `qalam:${'e'.repeat(64)}`, alt: ' ' } })),
    );
    expect(body.showUndescribed()).toBe(true);
    expect(body.bar().picture?.pos).toBe(2);
    expect(edit(doc(p(described))).showUndescribed()).toBe(false);
  });

  it('from other sites are named, not fetched', () => {
    const body = edit(doc(p({ type: 'image', attrs: { src: 'https://example.org/x.png', alt: '' } })));
    expect(body.view.dom.querySelector('img[src^="https"]')).toBeNull();
    expect(body.view.dom.textContent).toContain('https://example.org/x.png');
  });
});

describe('the open text', () => {
  it('gives every block its direction and shows what it keeps', () => {
    const body = edit(doc(p('صحة'), p('WHO'), node('opaque_block', { source: '<!-- x -->' })));
    const [first, second] = body.view.dom.querySelectorAll('p');
    expect(first?.getAttribute('dir')).toBe('rtl');
    expect(second?.getAttribute('dir')).toBe('ltr');
    expect(body.view.dom.querySelector('details pre')?.textContent).toBe('<!-- x -->');
  });

  it('tells the bar only when something about the place changes', () => {
    const barChanged = vi.fn();
    const body = edit(doc(p('a'), h(2, 'b')), { barChanged });
    type(body, 'xyz');
    const calls = barChanged.mock.calls.length;
    type(body, 'xyz');
    expect(barChanged.mock.calls.length).toBe(calls);
    atEnd(body);
    expect(barChanged.mock.lastCall?.[0]).toMatchObject({ level: 2 });
  });

  it('changes nothing when it may only be read', () => {
    const body = edit(doc(p('a')), { editable: false });
    expect(body.run(toggleQuote)).toBe(false);
    expect(held(body)).toEqual(doc(p('a')));
    expect(body.view.dom.getAttribute('contenteditable')).toBe('false');
    expect(body.view.dom.getAttribute('aria-readonly')).toBe('true');
    body.setEditable(true);
    expect(body.view.dom.getAttribute('contenteditable')).toBe('true');
  });

  it('counts words, and again only where the text changed', () => {
    const body = edit(doc(p('وزارة الصحة، 2026'), p("l'hôpital national")));
    expect(body.words()).toBe(5);
    type(body, 'و ');
    expect(body.words()).toBe(6);
  });

  it('touches only the block that is written in, however long the text', () => {
    const long = doc(...Array.from({ length: 2000 }, (_, i) => p(`${'كلمة '.repeat(20)}${i}`)));
    const body = edit(long);
    const first = body.view.dom.firstElementChild;
    const watch = new MutationObserver(() => undefined);
    watch.observe(body.view.dom, { subtree: true, childList: true, attributes: true, characterData: true });
    type(body, 'abcdefghij');
    const touched = watch.takeRecords().filter((record) => !first?.contains(record.target));
    watch.disconnect();
    expect(touched).toEqual([]);
    expect(first?.getAttribute('dir')).toBe('ltr');
  });
});

/** jsdom has no event of its own for pasting. */
describe('pasting what is too much or asks', () => {
  const offered = (flavours: Record<string, string>) => {
    const event = new Event('paste') as ClipboardEvent;
    Object.defineProperty(event, 'clipboardData', {
      value: { getData: (type: string) => flavours[type] ?? '', files: [], items: [] },
    });
    return event;
  };
  const offer = (body: Body, flavours: Record<string, string>) =>
    body.view.someProp('handlePaste', (handle) =>
      handle(body.view, offered(flavours), Slice.empty) ? true : undefined,
    ) ?? false;

  it('refuses by name what is longer than a piece can be, and takes nothing of it', () => {
    const told: PasteReport[] = [];
    const body = edit(doc(p('here')), { pasted: (report) => told.push(report) });
    expect(offer(body, { 'text/plain': 'a'.repeat(2_000_001) })).toBe(true);
    expect(offer(body, { 'text/html': `<p>${'a'.repeat(20_000_000)}</p>` })).toBe(true);
    expect(told.map((report) => report.tooLong)).toEqual([true, true]);
    expect(held(body)).toEqual(doc(p('here')));
  });

  it('asks about marked changes wherever they come from', () => {
    const asked: PasteReport['tracked'][] = [];
    const body = edit(doc(p('here')), { askTracked: (counts) => asked.push(counts) });
    expect(offer(body, { 'text/html': '<p><del>old</del><ins>new</ins></p>' })).toBe(true);
    expect(offer(body, { 'text/html': '<p>plain</p>' })).toBe(false);
    expect(asked).toEqual([{ added: 1, removed: 1 }]);
  });
});

const pasting = () => new Event('paste') as ClipboardEvent;

describe('a range of a spreadsheet', () => {
  const cell = (value: string) => node('table_cell', {}, value ? p(value) : p());
  const head = (value: string) => node('table_header', {}, value ? p(value) : p());
  const row = (...cells: DocumentJson[]) => node('table_row', {}, ...cells);
  const table = (...rows: DocumentJson[]) => node('table', {}, ...rows);
  const before = doc(table(row(head('Area'), head('Doses')), row(cell('North'), cell(''))));

  it.each([
    [
      'as a table',
      (body: Body) =>
        body.view.pasteHTML('<table><tr><td>52,000</td></tr><tr><td>٤١</td></tr></table>', pasting()),
    ],
    ['as text', (body: Body) => body.view.pasteText('52,000\tx\r\n٤١\ty\r\n', pasting())],
  ])('copied %s goes into the cells from the cursor on', (what, paste) => {
    const body = edit(before);
    const at = what === 'as text' ? 'North' : '';
    let pos = -1;
    body.view.state.doc.descendants((one, place) => {
      if (one.type.name === 'paragraph' && one.textContent === at) pos = place + 1;
      return true;
    });
    body.view.dispatch(body.view.state.tr.setSelection(TextSelection.create(body.view.state.doc, pos)));
    paste(body);
    const cells = held(body).content?.[0]?.content?.map((one) =>
      one.content?.map((inner) => inner.content?.[0]?.content?.[0]?.text ?? ''),
    );
    expect(cells).toEqual(
      what === 'as text'
        ? [
            ['Area', 'Doses'],
            ['52,000', 'x'],
            ['٤١', 'y'],
          ]
        : [
            ['Area', 'Doses'],
            ['North', '52,000'],
            ['', '٤١'],
          ],
    );
  });

  it('becomes a table where there is none, and only when it is one', () => {
    const body = edit();
    body.view.pasteText('a\tb\nc\td', pasting());
    expect(held(body).content?.[0]).toEqual(table(row(head('a'), head('b')), row(cell('c'), cell('d'))));
    const other = edit();
    other.view.pasteText('a\tb\nno columns here', pasting());
    expect(held(other).content?.every((one) => one.type === 'paragraph')).toBe(true);
  });
});
