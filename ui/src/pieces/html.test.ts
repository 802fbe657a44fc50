import { describe, expect, test } from 'vitest';
import { safeFragment } from './html';

/** The HTML as a page would show it. */
function shown(html: string): string {
  const place = document.createElement('div');
  place.append(safeFragment(html));
  return place.innerHTML;
}

describe('rendered text in this window', () => {
  test.each([
    '<p dir="auto">نص</p>',
    '<p lang="en" dir="ltr">Text <span dir="rtl">نص</span></p>',
    '<ol dir="rtl" start="3"><li dir="rtl">نص</li></ol>',
    '<table dir="rtl"><tbody><tr><th scope="col" colspan="2">a</th><td rowspan="2" align="right">b</td></tr></tbody></table>',
    '<ul><li><input type="checkbox" checked="" disabled=""> done</li></ul>',
    '<p><a href="https://example.org/plan" rel="noopener noreferrer">plan</a> <a href="#fn-1" id="fnref-1">1</a></p>',
    '<details open=""><summary>more</summary><time datetime="2026-11-23">today</time></details>',
  ])('keeps %s', (html) => {
    expect(shown(html)).toBe(html);
  });

  test.each([
    ['<p dir="auto" onclick="x()">a</p>', '<p dir="auto">a</p>'],
    ['<a href="javascript:x()">a</a>', '<a>a</a>'],
    ['<a href="other/page">a</a>', '<a>a</a>'],
    ['<input type="text" value="a">', ''],
    ['<form><button>a</button></form>', 'a'],
    ['<p style="color: red">a</p><style>p { color: red }</style>', '<p>a</p>'],
    ['<img src="https://example.org/a.png" alt="a">', '<img alt="a">'],
  ])('makes %s safe', (html, safe) => {
    expect(shown(html)).toBe(safe);
  });
});
