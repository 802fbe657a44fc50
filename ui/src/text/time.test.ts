import { describe, expect, it } from 'vitest';
import { makeFormats } from './formats';
import { roughly, soon } from './time';

describe('how long something takes', () => {
  it.each([
    [10, 'moment', 0],
    [50, 'minutes', 1],
    [720, 'minutes', 12],
    [1380, 'minutes', 25],
    [5270, 'minutes', 90],
    [5400, 'hours', 2],
    [40 * 3600, 'hours', 40],
    [72 * 3600, 'days', 3],
  ])('%i seconds are said as %s (%i)', (seconds, unit, count) => {
    expect(roughly(seconds)).toEqual({ id: `outbox.time.${unit}`, count });
  });
});

describe('when something will be', () => {
  const formats = makeFormats('en-u-ca-gregory-nu-latn');
  const now = new Date(2026, 10, 22, 12, 0);
  it.each([
    [new Date(2026, 10, 22, 18, 30), '18:30'],
    [new Date(2026, 10, 23, 6, 0), 'Monday 06:00'],
    [new Date(2026, 11, 1, 0, 0), 'Dec 1, 2026, 00:00'],
  ])('%s', (at, said) => {
    expect(soon(formats, at.toISOString(), now)).toBe(said);
  });
});
