import { describe, expect, it } from 'vitest';
import { type DocumentJson, readDocument, writeDocument } from './document';
import { linkAddress } from './schema';
import { doc, h, li, node, p, plain, text, ul } from './testing';

const everything: DocumentJson = doc(
  h(1, 'عنوان'),
  node('heading', { level: 3, dir: 'rtl' }, 'WHO في الميدان'),
  p(
    text('bold', 'strong'),
    text(' both', 'strong', 'em'),
    text(' struck', 'strike'),
    text(' code', 'code'),
    {
      type: 'text',
      text: ' link',
      marks: [{ type: 'link', attrs: { href: 'https://example.org', title: 'T' } }],
    },
    { type: 'hard_break' },
    { type: 'image', attrs: { src: `qalam:${'a'.repeat(64)}`, alt: 'A clinic' } },
    { type: 'footnote_reference', attrs: { label: '1' } },
    { type: 'opaque_inline', attrs: { source: '<abbr title="x">y</abbr>' } },
  ),
  node('blockquote', { dir: 'rtl' }, p('اقتباس'), p('ثان')),
  ul(li(p('one'), ul(li(p('nested')))), node('list_item', { checked: true }, p('done'))),
  node('ordered_list', { start: 4, tight: false, dir: 'ltr' }, li(p('four'))),
  node('code_block', { info: 'js' }, 'let a;\n  b;'),
  { type: 'horizontal_rule' },
  node(
    'table',
    { dir: 'rtl' },
    node('table_row', {}, node('table_header', { align: 'right' }, p('أ')), node('table_header', {}, p('ب'))),
    node('table_row', {}, node('table_cell', { align: 'right' }, p('1')), node('table_cell', {}, p())),
  ),
  node('opaque_block', { source: '<!-- kept -->' }),
  node('footnote_definition', { label: '1' }, p('note')),
);

describe('the editor document', () => {
  it('comes out as it went in, with every node and mark', () => {
    expect(plain(writeDocument(readDocument(everything)))).toEqual(plain(everything));
  });

  it.each([[null], [undefined], [doc()], [{ type: 'doc' }]])(
    'opens %j as an empty text and stores it as one',
    (json) => {
      const opened = readDocument(json);
      expect(opened.childCount).toBe(1);
      expect(writeDocument(opened).content).toEqual([]);
    },
  );

  it('does not store the empty paragraph at the end nor pictures whose bytes are not stored yet', () => {
    const json = doc(p('a', { type: 'image', attrs: { src: 'pending:3' } }), p(), p());
    expect(plain(writeDocument(readDocument(json)))).toEqual(doc(p('a')));
  });

  it.each([
    ['an unknown node', doc({ type: 'marquee' })],
    ['a direction that is none', doc(node('paragraph', { dir: 'up' }))],
    ['a block in a line', doc(p(p('x')))],
    [
      'two paragraphs in a cell',
      doc(node('table', {}, node('table_row', {}, node('table_cell', {}, p('a'), p('b'))))),
    ],
  ])('refuses %s instead of dropping it', (_what, json) => {
    expect(() => readDocument(json)).toThrow();
  });
});

describe('linkAddress', () => {
  it.each([
    ['https://example.org/a?b=c', 'https://example.org/a?b=c'],
    ['  http://example.org ', 'http://example.org'],
    ['example.org/path', 'https://example.org/path'],
    ['health.example:8080/a', 'https://health.example:8080/a'],
    ['office@ministry.example', 'mailto:office@ministry.example'],
    ['mailto:a@b.c', 'mailto:a@b.c'],
    ['tel:+96212345', 'tel:+96212345'],
    ['javascript:alert(1)', null],
    ['data:text/html,x', null],
    ['file:///c:/x', null],
    ['two words', null],
    ['word', null],
    ['', null],
  ])('%s → %s', (typed, stored) => {
    expect(linkAddress(typed)).toBe(stored);
  });
});
