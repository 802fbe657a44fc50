import { describe, expect, it } from 'vitest';
import { likenesses } from '../../../../tests/samples';
import type { Likeness } from '../../../backend/wire';
import { byAge, byOutcome, decided, differs, waysOf } from './ways';

const [newer, same, portal, older] = likenesses as [Likeness, Likeness, Likeness, Likeness];

describe('what can be decided', () => {
  it('depends on what the two are to each other', () => {
    expect(waysOf(newer)).toEqual(['keep_newest', 'attach', 'keep_both']);
    expect(waysOf(same)).toEqual(['attach', 'keep_both']);
    expect(waysOf(portal)).toEqual(['remove', 'keep_both']);
  });

  it('names the older one that steps back, whichever came in', () => {
    expect(byAge(newer).older).toBe(newer.other_title);
    expect(byAge(older).older).toBe(older.publication_title);
  });

  it('takes case and spaces for no difference', () => {
    expect(differs('Annual  Report ', 'annual report')).toBe(false);
    expect(differs('2024', '')).toBe(true);
  });

  it('counts only questions that are answered', () => {
    const rows = [
      { likeness: newer, outcome: 'superseded' as const },
      { likeness: same, outcome: 'undecided' as const },
      { likeness: older, outcome: 'held' as const },
    ];
    expect(decided(rows)).toBe(1);
    expect(byOutcome(rows).map((group) => group.outcome)).toEqual(['superseded', 'undecided', 'held']);
  });
});
