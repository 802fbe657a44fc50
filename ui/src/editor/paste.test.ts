import { DOMParser } from 'prosemirror-model';
import { describe, expect, it } from 'vitest';
import { type DocumentJson, writeDocument } from './document';
import { cleanPaste, mayHoldChanges, NOTHING_LOST, paragraphsOf, wellFormed } from './paste';
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

  it('two lists beside each other stay two', () => {
    const html =
      '<ul><li>a</li></ul> <ul><li>b</li></ul><ol><li>c</li></ol><ol><li>d</li></ol>' +
      '<ul><li>e<ul><li>f</li></ul><ul><li>g</li></ul></li></ul>';
    const ol = (words: string) => node('ordered_list', {}, li(p(words)));
    expect(pasted(html)).toEqual(
      doc(ul(li(p('a'))), ul(li(p('b'))), ol('c'), ol('d'), ul(li(p('e'), ul(li(p('f'))), ul(li(p('g')))))),
    );
    expect(pasted(word(item(1, '1.', 'one', 'l0') + item(1, '1.', 'uno', 'l1')))).toEqual(
      doc(ol('one'), ol('uno')),
    );
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

const opaque = (source: string): DocumentJson => ({ type: 'opaque_inline', attrs: { source } });

// In the shapes these programs put on the clipboard; the words are invented.
describe('flavours', () => {
  it('Word: pictures in files of its own are named, remarks stay outside, raised letters stay raised', () => {
    const html = word(`<p class=MsoNormal>Area in m<sup>2</sup>, CO<sub>2</sub>, the 2<sup>nd</sup> week<span
class=MsoCommentReference><span style='font-size:8.0pt'><a style='mso-comment-reference:A_1' class=msocomanchor
id="_anchor_1" href="#_msocom_1" name="_msoanchor_1">[A1]</a></span></span>.<!--[if gte vml 1]><v:shape
id="_x0000_i1025"><v:imagedata src="file:///C:/Temp/clip_image001.png"/></v:shape><![endif]--><![if !vml]><img
width=10 src="file:///C:/Temp/clip_image001.png" alt="Map of districts"><![endif]></p>
<div style='mso-element:comment-list'><hr class=msocomoff><div style='mso-element:comment'><div id="_com_1"
class=msocomtxt><p class=MsoCommentText>Is this final?</p></div></div></div>`);
    const { report } = cleanPaste(html);
    expect(report).toEqual({ ...NOTHING_LOST, picturesMissing: 1, comments: 1 });
    expect(pasted(html)).toEqual(
      doc(p('Area in m², CO₂, the 2', opaque('<sup>'), 'nd', opaque('</sup>'), ' week.[Map of districts]')),
    );
  });

  it('Word: an Arabic list with Latin beginnings, inside a table cell too', () => {
    const html = word(
      `${item(1, '·', 'WHO والشركاء', 'l0', 'dir=RTL')}<table dir=rtl><tr><td><p class=MsoNormal dir=RTL>أ</p></td></tr><tr><td>${item(1, '·', 'واحد')}${item(1, '·', 'اثنان')}</td></tr></table>`,
    );
    const [list, table] = pasted(html).content ?? [];
    expect(JSON.stringify(list)).toContain('WHO والشركاء');
    expect(JSON.stringify(table)).toContain('واحد');
    expect(JSON.stringify(table)).toContain('اثنان');
  });

  it('Excel: the cells as shown; rows a filter hides stay outside and are named', () => {
    const html = `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta name=ProgId content=Excel.Sheet>
<style><!--.xl65 {mso-number-format:"0%";}--></style></head><body><!--StartFragment--><table border=0 dir=RTL><col width=64>
<tr height=20><td class=xl65>الإقليم</td><td class=xl65>Doses</td></tr><tr style='display:none'><td>اسم مريض</td><td>1</td></tr>
<tr height=20><td>شمال</td><td align=right x:num="0.5">50%</td></tr><!--EndFragment--></table></body></html>`;
    expect(cleanPaste(html).report).toEqual({ ...NOTHING_LOST, hiddenRows: 1 });
    const shown = JSON.stringify(pasted(html));
    expect(shown).not.toContain('اسم مريض');
    for (const words of ['الإقليم', 'Doses', 'شمال', '50%']) expect(shown).toContain(words);
  });

  it('lists and tables within cells become lines, and the person hears of it', () => {
    const html = `<table><tr><th>a</th><th>b</th></tr><tr><td><ol start="2"><li>x</li><li>y<ul><li>z</li></ul></li></ol></td>
      <td><table><tr><td>1</td><td>2</td></tr></table></td></tr></table>`;
    const { html: clean, report } = cleanPaste(html);
    expect(report).toEqual({ ...NOTHING_LOST, flattened: 2 });
    expect(clean).toContain('<p>2. x<br>3. y<br>• z</p>');
    expect(clean).toContain('1 · 2');
    const mixed = '<table><tr><td>bare<p>one</p>between<ul><li><p>two</p></li></ul> after</td></tr></table>';
    expect(cleanPaste(mixed).html).toContain('<p>bare<br>one<br>between<br>• two<br> after</p>');
  });

  it('Google Docs: the wrapper, inner lists beside their item, heights and emphasis by style, boxes', () => {
    const html = `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr"><span
style="font-weight:400">Plan</span></h2><p dir="rtl"><span style="font-weight:700">WHO</span><span> في الميدان</span></p><ul
style="margin-top:0"><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span>one</span></p></li><ul><li dir="ltr"
aria-level="2"><p dir="ltr"><span>inner</span></p></li></ul><li dir="ltr" aria-level="1"><p><span>two m</span><span
style="font-size:0.6em;vertical-align:super;">2</span></p></li></ul><ul><li role="checkbox" aria-checked="true"><p>done</p></li></ul></b><br
class="Apple-interchange-newline">`;
    expect(pasted(html)).toEqual(
      doc(
        h(2, 'Plan'),
        node('paragraph', { dir: 'rtl' }, text('WHO', 'strong'), ' في الميدان'),
        ul(li(p('one'), ul(li(p('inner')))), li(p('two m²'))),
        ul(node('list_item', { checked: true }, p('done'))),
      ),
    );
  });

  it('LibreOffice: its notes become ours, its changes are asked about', () => {
    const html = `<p>Words<sup><a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a></sup> <ins
cite="x">new</ins></p><div id="sdfootnote1"><p class="sdfootnote"><a class="sdfootnotesym" href="#sdfootnote1anc">1</a>The source.</p></div>`;
    expect(mayHoldChanges(html)).toBe(true);
    const [line, note] = pasted(html).content ?? [];
    expect(line).toEqual(p('Words', { type: 'footnote_reference', attrs: { label: '1' } }, ' new'));
    expect(note).toEqual(node('footnote_definition', { label: '1' }, p('The source.')));
  });

  it('web pages: what cannot come along is named, nothing is fetched, no script is left', () => {
    const html = `<article><figure><picture><source srcset="https://x.example/a.webp"><img src="https://x.example/a.png"
onerror="alert(1)" alt="Vaccination day"></picture><figcaption>At the clinic</figcaption></figure><p>He said <q>yes</q>.</p><svg
onload="alert(1)"><script>alert(1)</script></svg><video src="https://x.example/v.mp4"></video><math><mi>x</mi></math><iframe
srcdoc="<script>alert(1)</script>"></iframe><a href="jav&#x09;ascript:alert(1)">go</a><img src=x onerror=alert(1)><form
action="https://x.example"><button formaction="javascript:alert(1)">press</button></form></article>`;
    const { report, html: clean } = cleanPaste(html);
    expect(report).toEqual({ ...NOTHING_LOST, picturesMissing: 2, media: 4 });
    expect(clean).not.toMatch(
      /script|onerror|onload|https?:|srcset|srcdoc|formaction|<(?:svg|img|video|iframe|form)/i,
    );
    const shown = JSON.stringify(pasted(html));
    for (const words of ['[Vaccination day]', 'At the clinic', '“yes”', 'go', 'press']) {
      expect(shown).toContain(words);
    }
  });

  it('halves of letters become the sign for what is no letter', () => {
    expect(wellFormed('a\ud800b\udc00c😀')).toBe('a\ufffdb\ufffdc😀');
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
