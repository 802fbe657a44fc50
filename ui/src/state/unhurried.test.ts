import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { unhurried } from './unhurried';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('what comes alone is done at once, and of a run the first and the last', () => {
  const done: number[] = [];
  const act = unhurried((value: number) => done.push(value));
  act(1);
  expect(done).toEqual([1]);
  for (let key = 2; key < 40; key += 1) {
    vi.advanceTimersByTime(30);
    act(key);
  }
  expect(done).toEqual([1]);
  vi.advanceTimersByTime(1000);
  expect(done).toEqual([1, 39]);
  act(40);
  expect(done).toEqual([1, 39, 40]);
});
