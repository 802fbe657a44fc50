import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Tell, tellSigns } from './idle';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A program that has somebody leave once the last sign is so many minutes ago, and what it was told. */
function program(minutes: number) {
  const told: { quiet_ms: number; anew: boolean }[] = [];
  const tell: Tell = async (sign) => {
    told.push(sign);
    return sign.quiet_ms < minutes * 60_000;
  };
  return { told, tell };
}

test('the program hears how long ago the last sign was, and its word counts', async () => {
  const { told, tell } = program(2);
  let left = 0;
  const stop = tellSigns(tell, async () => {
    left += 1;
    return true;
  });
  await vi.advanceTimersByTimeAsync(100_000);
  window.dispatchEvent(new KeyboardEvent('keydown'));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told.at(-1)).toEqual({ quiet_ms: 5_000, anew: false });
  await vi.advanceTimersByTimeAsync(110_000);
  expect(left).toBe(0);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(left).toBe(1);
  stop();
});

test('the first key after a long sleep does not count before the program was asked', async () => {
  const { told, tell } = program(10);
  let left = 0;
  let clock = 0;
  const stop = tellSigns(
    tell,
    async () => {
      left += 1;
      return true;
    },
    () => clock,
  );
  clock = 11 * 60_000;
  window.dispatchEvent(new KeyboardEvent('keydown'));
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual([{ quiet_ms: 11 * 60_000, anew: false }]);
  expect(left).toBe(1);
  stop();
});

test('a screen that wants to stay has the time begin anew', async () => {
  const { told, tell } = program(1);
  const stop = tellSigns(tell, async () => false);
  await vi.advanceTimersByTimeAsync(61_000);
  expect(told.at(-1)).toEqual({ quiet_ms: 0, anew: true });
  stop();
});
