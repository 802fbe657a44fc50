import { DOMParser } from 'prosemirror-model';
import { describe, expect, it } from 'vitest';
import { type DocumentJson, writeDocument } from './document';
import { cleanPaste, isFromWord, paragraphsOf } from './paste';
import { schema } from './schema';
import { doc, h, li, node, p, plain, text, ul } from './testing';

/** What the editor would hold after the paste. */
function pasted(html: string, tracked: 'accept' | 'reject' = 'accept'): DocumentJson {
  const place = document.createElement('div');
  place.innerHTML = cleanPaste(html, tracked).html;
  return plain(writeDocument(DOMParser.fromSchema(schema).parse(place)));
}

const word = (body: string) => `<html xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word"><head><meta name=ProgId content=Word.Document>
<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm} --></style></head><body lang=EN-GB><!--StartFragment-->${body}<!--EndFragment--></body></html>`;

const item = (level: number, marker: string, words: string, list = 'l0', dir = '') =>
  `<p class=MsoListParagraphCxSpMiddle ${dir} style='text-indent:-18.0pt;mso-list:${list} level${level} lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>${marker}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>${words}<o:p></o:p></p>`;

describe('paste from Word', () => {
  it('knows Word when it sees it', () => {
    expect(isFromWord(word('<p class=MsoNormal>x</p>'))).toBe(true);
    expect(isFromWord('<p>x</p>')).toBe(false);
  });

  it('keeps headings, emphasis and links; drops styles, comments and empty paragraphs', () => {
    const html = word(`<h1><b><span style='mso-fareast-language:EN-US'>Plan<o:p></o:p></span></b></h1>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoNormal>A <b>bold</b> and <i>slanted</i> <a href="https://example.org/x">link</a><span
style='color:red;font-weight:bold'>!</span></p>
<p class=MsoTitle>Title</p>`);
    expect(pasted(html)).toEqual(
      doc(
        h(1, 'Plan'),
        p(
          'A ',
          text('bold', 'strong'),
          ' and ',
          text('slanted', 'em'),
          ' ',
          {
            type: 'text',
            text: 'link',
            marks: [{ type: 'link', attrs: { href: 'https://example.org/x' } }],
          },
          text('!', 'strong'),
        ),
        h(1, 'Title'),
      ),
    );
  });

  it('makes lists of paragraphs that look like lists, nested and numbered', () => {
    const html = word(
      item(1, '·', 'one') +
        item(2, 'o', 'inner') +
        item(1, '·', 'two') +
        '<p class=MsoNormal>between</p>' +
        item(1, '3.', 'three', 'l1') +
        item(1, '4.', 'four', 'l1'),
    );
    expect(pasted(html)).toEqual(
      doc(
        ul(li(p('one'), ul(li(p('inner')))), li(p('two'))),
        p('between'),
        node('ordered_list', { start: 3 }, li(p('three')), li(p('four'))),
      ),
    );
  });

  it('reads Arabic numbers of lists', () => {
    const html = word(item(1, '١.', 'أول', 'l0', 'dir=RTL') + item(1, '٢.', 'ثان', 'l0', 'dir=RTL'));
    expect(pasted(html)).toEqual(doc(node('ordered_list', {}, li(p('أول')), li(p('ثان')))));
  });

  it('makes tables whole: one paragraph a cell, merged cells kept, headings first', () => {
    const html =
      word(`<table class=MsoTableGrid border=1><tr><td colspan=2><p class=MsoNormal><b>Region</b></p></td></tr>
<tr><td rowspan=2><p class=MsoNormal>North</p></td><td><p class=MsoNormal>1</p><p class=MsoNormal>2</p></td></tr>
<tr><td><table><tr><td>in</td><td>side</td></tr></table></td></tr></table>`);
    expect(pasted(html)).toEqual(
      doc(
        node(
          'table',
          {},
          node('table_row', {}, node('table_header', { colspan: 2 }, p('Region'))),
          node(
            'table_row',
            {},
            node('table_cell', { rowspan: 2 }, p('North')),
            node('table_cell', {}, p('1', { type: 'hard_break' }, '2')),
          ),
          node('table_row', {}, node('table_cell', {}, p('in · side'))),
        ),
      ),
    );
  });

  it('asks about tracked changes and does what was answered', () => {
    const html = word(
      `<p class=MsoNormal>The <del cite="mailto:x" datetime="2026-01-01T10:00">old</del><ins cite="mailto:x"
datetime="2026-01-01T10:00">new</ins> plan</p>`,
    );
    expect(cleanPaste(html).report.tracked).toEqual({ added: 1, removed: 1 });
    expect(pasted(html, 'accept')).toEqual(doc(p('The new plan')));
    expect(pasted(html, 'reject')).toEqual(doc(p('The old plan')));
  });

  it('keeps a direction only where the words would run the other way', () => {
    const html = word(`<p class=MsoNormal dir=RTL>WHO في الميدان</p><p class=MsoNormal dir=RTL>صحة</p>
<p class=MsoNormal dir=LTR>plain</p><div dir=rtl><p class=MsoNormal>2026</p><p>UNICEF والشركاء</p></div>`);
    expect(pasted(html)).toEqual(
      doc(
        node('paragraph', { dir: 'rtl' }, 'WHO في الميدان'),
        p('صحة'),
        p('plain'),
        p('2026'),
        node('paragraph', { dir: 'rtl' }, 'UNICEF والشركاء'),
      ),
    );
  });

  it('turns its footnotes into ours', () => {
    const html =
      word(`<p class=MsoNormal>Text<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1"><span
class=MsoFootnoteReference><![if !supportFootnotes]>[1]<![endif]></span></a>.</p>
<div style='mso-element:footnote-list'><hr><div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a
href="#_ftnref1"><span>[1]</span></a> Note.</p></div></div>`);
    const result = pasted(html);
    expect(result.content?.[0]).toEqual(
      p('Text', { type: 'footnote_reference', attrs: { label: '1' } }, '.'),
    );
    expect(result.content?.at(-1)?.type).toBe('footnote_definition');
    expect(JSON.stringify(result)).toContain('Note.');
  });

  it('reports pictures that were not on the clipboard and stores those that were', () => {
    const { report, pictures, html } = cleanPaste(
      '<p>a<img src="file:///C:/x.png"><img src="https://example.org/y.png"><img alt="Map" src="data:image/png;base64,iVBORw0KGgo="></p>',
    );
    expect(report.picturesMissing).toBe(2);
    expect(pictures).toHaveLength(1);
    expect(pictures[0]?.file.type).toBe('image/png');
    expect(pictures[0]?.file.size).toBe(8);
    expect(html).toContain(`src="${pictures[0]?.src}"`);
    expect(html).toContain('alt="Map"');
  });
});

describe('paste from elsewhere', () => {
  it.each([
    ['scripts and handlers', '<p onclick="x()">a<script>alert(1)</script></p>', doc(p('a'))],
    [
      'links that are not addresses',
      '<p><a href="javascript:x()">a</a><a href="#top">b</a></p>',
      doc(p('ab')),
    ],
    ['the bold wrapper of web documents', '<b style="font-weight:normal"><p>a</p></b>', doc(p('a'))],
    [
      'frames and forms',
      '<iframe src="https://x"></iframe><form><input value="x"><p>a</p></form>',
      doc(p('a')),
    ],
    ['a style that hides', '<p><span style="display:none">no</span>yes</p>', doc(p('noyes'))],
    [
      'tables with head and body',
      '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>',
      doc(
        node(
          'table',
          {},
          node('table_row', {}, node('table_header', {}, p('a'))),
          node('table_row', {}, node('table_cell', {}, p('b'))),
        ),
      ),
    ],
    ['code', '<pre><code>a\n  b</code></pre>', doc(node('code_block', {}, 'a\n  b'))],
  ])('%s', (_what, html, expected) => {
    expect(pasted(html)).toEqual(expected);
  });

  it('takes its own copies back unchanged', () => {
    const html =
      '<blockquote dir="rtl"><p>x</p></blockquote><div class="tableFrame"><table><tbody><tr><th scope="col" data-align="right"><p>a</p></th></tr></tbody></table></div>' +
      '<p>t<sup data-footnote="2">2</sup><span data-opaque="&lt;abbr&gt;">&lt;abbr&gt;</span></p><ul><li data-checked="true"><p>d</p></li></ul>';
    expect(pasted(html)).toEqual(
      doc(
        node('blockquote', { dir: 'rtl' }, p('x')),
        node('table', {}, node('table_row', {}, node('table_header', { align: 'right' }, p('a')))),
        p(
          't',
          { type: 'footnote_reference', attrs: { label: '2' } },
          { type: 'opaque_inline', attrs: { source: '<abbr>' } },
        ),
        ul(node('list_item', { checked: true }, p('d'))),
      ),
    );
  });
});

describe('plain text', () => {
  it.each<[string, string, string[][]]>([
    ['each line a paragraph', 'a\r\nb', [['a'], ['b']]],
    ['empty lines end paragraphs, short lines stay', 'a\nb\n\nc', [['a', 'b'], ['c']]],
    [
      'lines broken by a mail program are joined',
      `${'word '.repeat(12).trim()}\n${'word '.repeat(12).trim()}\nend\n\nb`,
      [[`${'word '.repeat(12).trim()} ${'word '.repeat(12).trim()} end`], ['b']],
    ],
  ])('%s', (_what, pastedText, expected) => {
    expect(paragraphsOf(pastedText)).toEqual(expected);
  });
});
