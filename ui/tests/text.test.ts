import { describe, expect, it } from 'vitest';
import { makeSpeech } from '../src/text';
import { isolate, withoutIsolates } from '../src/text/bidi';
import { tell } from '../src/text/failures';
import { intlLocale, makeFormats } from '../src/text/formats';
import { direction, nearestLang } from '../src/text/languages';
import { plainLetters } from '../src/text/letters';
import { marked, withoutMarks } from '../src/text/marks';
import { addressed, loadMessages } from '../src/text/messages';

describe('direction', () => {
  it('isolates what is put into a sentence and nothing else', async () => {
    const speech = makeSpeech('ar', await loadMessages('ar'));
    const said = speech.t('settings.portal.added', { name: 'OIC Health Portal' });
    expect(said).toContain('\u2068OIC Health Portal\u2069');
    expect(withoutIsolates(said)).not.toContain('\u2068');
    expect(isolate('')).toBe('');
  });
  it.each([
    ['ar', 'rtl'],
    ['fa-AF', 'rtl'],
    ['fr', 'ltr'],
    ['tr', 'ltr'],
  ])('%s is written %s', (lang, dir) => expect(direction(lang)).toBe(dir));
});

describe('languages', () => {
  it.each([
    [['ar-JO', 'en'], 'ar'],
    [['tr-TR', 'fr-FR'], 'fr'],
    [['id'], 'en'],
    [[], 'en'],
  ])('%j is answered in %s', (wanted, lang) => expect(nearestLang(wanted)).toBe(lang));
});

describe('formats', () => {
  const noon = new Date(2026, 10, 21, 14, 5);
  it('always names digits and calendar', () => {
    expect(intlLocale('ar', 'latin')).toBe('ar-u-ca-gregory-nu-latn');
    expect(intlLocale('ar', 'arabic', 'JO')).toBe('ar-JO-u-ca-gregory-nu-arab');
    expect(intlLocale('ar', 'auto', 'JO')).toBe('ar-JO-u-ca-gregory-nu-arab');
    expect(intlLocale('ar', 'auto', 'MA')).toBe('ar-MA-u-ca-gregory-nu-latn');
    expect(intlLocale('ar', 'auto', 'TR')).toBe('ar-u-ca-gregory-nu-latn');
    expect(intlLocale('fr', 'arabic', 'MA')).toBe('fr-u-ca-gregory-nu-latn');
  });
  it('writes the digits that were chosen', () => {
    expect(makeFormats(intlLocale('ar', 'latin')).number(1234)).toContain('1');
    expect(makeFormats(intlLocale('ar', 'arabic')).number(1234)).toContain('١');
  });
  it('says sizes as people do', () => {
    const { bytes } = makeFormats('en');
    expect(bytes(0)).toBe('0 bytes');
    expect(bytes(1)).toBe('1 byte');
    expect(bytes(14_200)).toBe('14 kB');
    expect(bytes(4_830_000)).toBe('4.8 MB');
  });
  it('says times by their distance', () => {
    const { recent } = makeFormats('en');
    expect(recent(noon, noon)).toBe('14:05');
    expect(recent(new Date(2026, 10, 19), noon)).toBe('Thursday');
    expect(recent(new Date(2026, 2, 3), noon)).toBe('Mar 3');
    expect(recent(new Date(2024, 2, 3), noon)).toBe('Mar 3, 2024');
    expect(recent('nonsense', noon)).toBe('');
  });
  it('knows the other calendar', () => {
    expect(makeFormats(intlLocale('en', 'auto')).hijri(noon)).toMatch(/1448/);
  });
  it.each([
    [5, '5 seconds'],
    [600, '10 minutes'],
    [7200, '2 hours'],
    [400_000, '5 days'],
  ])('%d seconds are %s', (seconds, said) => expect(makeFormats('en').duration(seconds)).toBe(said));
});

describe('letters', () => {
  it.each([
    ['الأردن', 'الاردن'],
    ['Sénégal', 'senegal'],
    ['مُعَلِّم', 'معلم'],
    ['سـوريا', 'سوريا'],
  ])('%s is found as %s', (written, searched) => expect(plainLetters(written)).toBe(searched));
});

describe('marks', () => {
  it('are the parts between the two signs', () => {
    expect(marked('a \u0001b\u0002 c')).toEqual([
      { text: 'a ', found: false },
      { text: 'b', found: true },
      { text: ' c', found: false },
    ]);
    expect(withoutMarks('a \u0001b\u0002')).toBe('a b');
  });
});

describe('messages', () => {
  it('are addressed by their file', () => {
    expect(
      addressed({ '/locales/en/desk.json': { a: 'x' }, '/locales/en/editor.json': { 'editor.b': 'y' } }),
    ).toEqual({
      'desk.a': 'x',
      'editor.b': 'y',
    });
  });
});

describe('failures', () => {
  it('say what happened and what to do, with numbers as people write them', async () => {
    const speech = makeSpeech('en', await loadMessages('en'));
    const told = tell(speech, 'file_too_large', { name: 'map.tif', limit: '20000000', length: '31000000' });
    expect(withoutIsolates(told.what)).toBe('map.tif is 31 MB; files up to 20 MB are possible.');
    expect(told.next).not.toBe('');
  });
  it('prefer the sentence of their family', async () => {
    const speech = makeSpeech('en', await loadMessages('en'));
    expect(withoutIsolates(tell(speech, 'scanned', { name: 'a.pdf' }, 'problem.').what)).toContain(
      'a.pdf holds pictures',
    );
  });
  it('admit what they do not know, and never show a hole', async () => {
    const speech = makeSpeech('en', await loadMessages('en'));
    expect(withoutIsolates(tell(speech, 'something_new').what)).toContain('(something_new)');
    expect(withoutIsolates(tell(speech, 'name_lookup').what)).toContain('—');
  });
});
