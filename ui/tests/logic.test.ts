import { describe, expect, it } from 'vitest';
import { nextTry } from '../src/frame/next';
import { isKeys } from '../src/parts/keys';
import { changedWords, paragraphs } from '../src/pieces/paragraphs';
import { practicePath } from '../src/pieces/practice';
import { valueText } from '../src/pieces/values';
import { dropped } from '../src/screens/publications/dropped';
import { back, beforeLeaving, currentScreen, go } from '../src/state/screen';
import * as sample from './samples';

describe('dropped files', () => {
  it.each([
    ['file:///home/a/My%20Reports', ['/home/a/My Reports']],
    ['file:///C:/Reports/%D8%AA.pdf', ['C:/Reports/ت.pdf']],
    ['# comment\r\nfile:///a\r\nfile:///b', ['/a', '/b']],
    ['https://example.org/x', []],
  ])('%s', (list, paths) => expect(dropped({ getData: () => list })).toEqual(paths));
});

describe('differences', () => {
  const body = sample.diff.languages[0]?.body ?? [];
  it('are cut into paragraphs', () => {
    expect(paragraphs(body)).toHaveLength(3);
    expect(paragraphs(body)[2]?.runs).toEqual([
      { kind: 'added', text: 'ولن يبقى طفل بلا جرعة لأن بيته بعيد.', notes: [] },
    ]);
    expect(paragraphs([])).toEqual([]);
  });
  it('count changed words in any script', () => expect(changedWords(body)).toBe(12));
});

describe('the way', () => {
  it('goes back, and ends at the desk', async () => {
    await go({ name: 'drafts' });
    await go({ name: 'outbox' });
    await back();
    expect(currentScreen()).toEqual({ name: 'drafts' });
    await back();
    await back();
    expect(currentScreen()).toEqual({ name: 'desk' });
  });
  it('waits for work to be kept', async () => {
    const stop = beforeLeaving(() => false);
    await go({ name: 'outbox' });
    expect(currentScreen()).toEqual({ name: 'desk' });
    stop();
    await go({ name: 'outbox' });
    expect(currentScreen()).toEqual({ name: 'outbox' });
  });
});

describe('small things', () => {
  it('finds the next try among what is not held', () => {
    const [, waiting, held] = sample.entries;
    if (!waiting || !held) throw new Error('no samples');
    expect(nextTry([{ ...held, next_attempt_at: '2026-01-01T00:00:00.000Z' }, waiting])).toBe(
      waiting.next_attempt_at,
    );
    expect(nextTry([])).toBeNull();
  });
  it('knows addresses of the practice portal', () => {
    expect(practicePath('http://127.0.0.1:8731/ar/items/12', 'http://127.0.0.1:8731/')).toBe('/ar/items/12');
    expect(practicePath('http://127.0.0.1:87310/x', 'http://127.0.0.1:8731')).toBeNull();
    expect(practicePath('https://portal.example/x', null)).toBeNull();
  });
  it('says any typed field in one line', () => {
    expect(valueText(null)).toBe('—');
    expect(valueText(['a', { city: 'Amman', note: null }])).toBe('a; Amman');
  });
  it('hears shortcuts on any keyboard layout', () => {
    const arabic = new KeyboardEvent('keydown', { key: 'ن', code: 'KeyK', ctrlKey: true });
    expect(isKeys(arabic, 'Mod+K')).toBe(true);
    expect(isKeys(new KeyboardEvent('keydown', { key: 'k', code: 'KeyK' }), 'Mod+K')).toBe(false);
  });
});
