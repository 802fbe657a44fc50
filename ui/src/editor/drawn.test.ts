import { undo } from 'prosemirror-history';
import { AllSelection, TextSelection } from 'prosemirror-state';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Body, openBody } from './body';
import type { DocumentJson } from './document';
import { drawnEnd } from './drawn';
import { find, findNext, replaceAllFound } from './find';
import { headingsOf, jumpTo } from './outline';
import { doc, h, idle, li, node, p, plain, ul } from './testing';

// What of a long text is drawn, when, and that nothing else depends on it.

const BLOCKS = 900;
const cell = (words: string) => node('table_cell', {}, p(words));
const blocks = Array.from({ length: BLOCKS }, (_, at) => {
  const kinds = [
    h(2, `Part ${at}`),
    p(`The ministry وزارة الصحة counted 2,140 doses in DHIS2, number ${at}.`),
    ul(li(p(`first of ${at}`)), li(p('المراكز الأولية'))),
    node('table', {}, node('table_row', {}, cell(`الشمال ${at}`), cell('2140'))),
    node('horizontal_rule', {}),
  ];
  return kinds[at % kinds.length] as DocumentJson;
});
const long = doc(...blocks.slice(0, -1), p('the end of it'));

let open: Body[] = [];
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  for (const body of open) body.destroy();
  open = [];
  document.body.replaceChildren();
  vi.useRealTimers();
});

function shown(json: DocumentJson = long): Body {
  const place = document.createElement('div');
  document.body.append(place);
  const body = openBody(idle(place, json));
  open.push(body);
  return body;
}

const undrawn = (body: Body) => body.view.dom.querySelectorAll(':scope > [data-undrawn]').length;
const drawn = (body: Body) => body.view.dom.children.length - undrawn(body);
const say = (body: Body, type: string, more: KeyboardEventInit = {}) =>
  body.view.dom.dispatchEvent(new KeyboardEvent(type, { bubbles: true, cancelable: true, ...more }));

/** The same text, drawn at once. */
function whole(json: DocumentJson): string {
  const body = shown(json);
  window.dispatchEvent(new Event('beforeprint'));
  return body.view.dom.innerHTML;
}

describe('a long text', () => {
  it('is whole before it is drawn', () => {
    const body = shown();
    expect(drawn(body)).toBeGreaterThan(50);
    expect(drawn(body)).toBeLessThan(BLOCKS / 3);
    expect(plain(body.document())).toEqual(long);
    expect(body.copied().text).toContain('the end of it');
    expect(body.words()).toBeGreaterThan(BLOCKS * 3);
    expect(headingsOf(body.view.state.doc)).toHaveLength(BLOCKS / 5);
  });

  it('is drawn in order in quiet moments, and then as if it had been drawn at once', () => {
    const body = shown();
    const before = drawn(body);
    vi.advanceTimersByTime(500);
    const after = drawn(body);
    expect(after).toBeGreaterThan(before);
    const order = [...body.view.dom.children].map((block) => block.hasAttribute('data-undrawn'));
    expect(order.indexOf(true)).toBe(after);
    expect(order.lastIndexOf(false)).toBe(after - 1);
    vi.runAllTimers();
    expect(undrawn(body)).toBe(0);
    expect(body.view.dom.innerHTML).toBe(whole(long));
    expect(body.view.dom.innerHTML).toContain('the end of it');
  });

  it('waits while somebody types', () => {
    const body = shown();
    const before = drawn(body);
    for (let at = 0; at < 10; at += 1) {
      vi.advanceTimersByTime(200);
      say(body, 'keydown', { key: 'n' });
      body.view.dispatch(body.view.state.tr.insertText('n', 3));
    }
    expect(drawn(body)).toBe(before);
    vi.runAllTimers();
    expect(undrawn(body)).toBe(0);
    expect(body.document().content).toHaveLength(BLOCKS);
  });

  it('that is short is drawn at once', () => {
    const body = shown(doc(...blocks.slice(0, 100)));
    expect(undrawn(body)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  const far = (body: Body) => body.view.state.doc.content.size;
  const put = (body: Body, pos: number) =>
    body.view.dispatch(
      body.view.state.tr.setSelection(TextSelection.near(body.view.state.doc.resolve(pos), -1)),
    );
  const toTheEnd: [string, (body: Body) => unknown][] = [
    ['the cursor at its end', (body) => put(body, far(body))],
    [
      'all of it selected',
      (body) => body.view.dispatch(body.view.state.tr.setSelection(new AllSelection(body.view.state.doc))),
    ],
    ['Ctrl+End', (body) => say(body, 'keydown', { key: 'End', ctrlKey: true })],
    ['Cmd+Down', (body) => say(body, 'keydown', { key: 'ArrowDown', metaKey: true })],
    ['Page down', (body) => say(body, 'keydown', { key: 'PageDown' })],
    ["the webview's menu", (body) => body.view.dom.dispatchEvent(new MouseEvent('contextmenu'))],
    ['printing', () => window.dispatchEvent(new Event('beforeprint'))],
    ['a change at its end', (body) => body.view.dispatch(body.view.state.tr.insertText('!', far(body) - 1))],
    ['another text', (body) => body.replace(doc(p('other'), ...blocks, p('the end of it')))],
    ['its last heading', (body) => body.look(jumpTo(headingsOf(body.view.state.doc).at(-1)?.pos ?? 0))],
    [
      'the last words found',
      (body) => {
        body.look(find({ text: 'the end', exact: true }));
        body.look(findNext(1));
      },
    ],
  ];
  it.each(toTheEnd)('is drawn as far as is needed for %s', (_what, go) => {
    const body = shown();
    go(body);
    expect(undrawn(body)).toBe(0);
    expect(drawn(body)).toBeGreaterThanOrEqual(BLOCKS);
    expect(body.view.dom.textContent).toContain('the end of it');
    expect(drawnEnd(body.view.state)).toBe(null);
  });

  it('is drawn to a screen below the window, wherever it is scrolled', () => {
    const TALL = 30;
    let scrolled = 0;
    const boxes = vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(function (
      this: Element,
    ) {
      const at = [...(this.parentElement?.children ?? [])].indexOf(this);
      return this.matches('.ProseMirror')
        ? new DOMRect(0, -scrolled, 600, 99)
        : new DOMRect(0, at * TALL - scrolled, 600, TALL);
    });
    const body = shown();
    vi.advanceTimersByTime(20);
    const first = drawn(body);
    expect(first).toBeLessThan(BLOCKS / 3);
    // The last block stands for the rest.
    const rest = Number.parseInt((body.view.dom.lastElementChild as HTMLElement).style.blockSize, 10);
    expect(rest / TALL / undrawn(body)).toBeGreaterThan(0.8);
    expect(rest / TALL / undrawn(body)).toBeLessThan(1.25);
    window.dispatchEvent(new Event('scroll'));
    expect(drawn(body)).toBe(first);
    scrolled = 400 * TALL;
    window.dispatchEvent(new Event('scroll'));
    const needed = 400 + (2 * window.innerHeight) / TALL;
    expect(drawn(body)).toBeGreaterThanOrEqual(needed);
    expect(drawn(body)).toBeLessThan(needed + 100);
    scrolled = BLOCKS * TALL;
    window.dispatchEvent(new Event('scroll'));
    expect(undrawn(body)).toBe(0);
    boxes.mockRestore();
  });

  it('is drawn up to the selection and somewhat further, no more', () => {
    const body = shown();
    put(body, 10_000);
    const { node: at } = body.view.domAtPos(body.view.state.selection.head);
    const block = [...body.view.dom.children].findIndex((one) => one.contains(at));
    expect(block).toBeGreaterThan(100);
    expect(drawn(body)).toBeGreaterThan(block + 20);
    expect(undrawn(body)).toBeGreaterThan(100);
  });

  it('keeps what is not drawn through changes of what is, of its marks, and back', () => {
    const body = shown();
    const { view } = body;
    view.dispatch(view.state.tr.delete(0, view.state.doc.child(0).nodeSize));
    view.dispatch(
      view.state.tr.insert(0, view.state.schema.node('paragraph', null, view.state.schema.text('new'))),
    );
    expect(undrawn(body)).toBeGreaterThan(BLOCKS / 2);
    // Marks move nothing, wherever they are.
    const end = view.state.doc.content.size;
    view.dispatch(view.state.tr.addMark(end - 8, end - 2, view.state.schema.mark('strong')));
    const texts = body.document().content ?? [];
    expect(texts).toHaveLength(BLOCKS);
    expect(texts.at(-1)?.content).toHaveLength(3);
    view.dispatch(view.state.tr.setMeta('nothing', true));
    undo(view.state, view.dispatch);
    undo(view.state, view.dispatch);
    expect(plain(body.document())).toEqual(long);
    vi.runAllTimers();
    expect(undrawn(body)).toBe(0);
    expect(view.dom.innerHTML).toBe(whole(long));
  });

  it('has every word replaced, drawn or not', () => {
    const body = shown();
    body.look(find({ text: 'ministry', exact: true }));
    body.look(replaceAllFound('office'));
    expect(JSON.stringify(body.document())).not.toContain('ministry');
    expect(JSON.stringify(body.document()).match(/office/g)).toHaveLength(BLOCKS / 5);
    expect(body.view.dom.textContent).toBe(body.view.state.doc.textContent);
  });

  it('says nothing more once it is closed', () => {
    const body = shown();
    body.destroy();
    open = [];
    vi.runAllTimers();
    window.dispatchEvent(new Event('scroll'));
    window.dispatchEvent(new Event('beforeprint'));
  });
});
