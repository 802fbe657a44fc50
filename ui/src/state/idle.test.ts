import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whenIdle } from './idle';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('it is time after so many minutes without a key, and a key begins them anew', async () => {
  let left = 0;
  const stop = whenIdle(2, async () => {
    left += 1;
    return true;
  });
  await vi.advanceTimersByTimeAsync(100_000);
  window.dispatchEvent(new KeyboardEvent('keydown'));
  await vi.advanceTimersByTimeAsync(100_000);
  expect(left).toBe(0);
  await vi.advanceTimersByTimeAsync(25_000);
  expect(left).toBe(1);
  stop();
});

test('time the machine slept counts, even when a key comes before the next look', async () => {
  let left = 0;
  let clock = 0;
  const stop = whenIdle(
    10,
    async () => {
      left += 1;
      return true;
    },
    () => clock,
  );
  clock = 11 * 60_000;
  window.dispatchEvent(new KeyboardEvent('keydown'));
  await vi.advanceTimersByTimeAsync(0);
  expect(left).toBe(1);
  stop();
});

test('a screen that wants to stay is given the time once more', async () => {
  let asked = 0;
  const stop = whenIdle(1, async () => {
    asked += 1;
    return false;
  });
  await vi.advanceTimersByTimeAsync(90_000);
  expect(asked).toBe(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(2);
  stop();
});
