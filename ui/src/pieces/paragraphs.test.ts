import { describe, expect, it } from 'vitest';
import type { Change } from '../backend/wire';
import { changedForms, changedWords, isSame, paragraphs } from './paragraphs';

const heading = { what: 'heading', before: '2', after: '3' } as const;
const bold = { what: 'emphasis', before: '', after: 'strong' } as const;

describe('the text of a difference', () => {
  it('is cut at its blocks, and shows every sign it was given', () => {
    const changes: Change[] = [
      { kind: 'same', text: 'one * two\n\n• ' },
      { kind: 'removed', text: 'a' },
      { kind: 'added', text: 'b\n\n☑ #c' },
    ];
    expect(paragraphs(changes).map(({ runs }) => runs.map((run) => run.text))).toEqual([
      ['one * two'],
      ['• ', 'a', 'b'],
      ['☑ #c'],
    ]);
  });

  it('tells what changed about a block once, and about words where they stand', () => {
    const changes: Change[] = [
      { kind: 'same', text: 'Who ', notes: [heading] },
      { kind: 'removed', text: 'it ' },
      { kind: 'same', text: 'reaches', notes: [heading, bold] },
      { kind: 'same', text: '\n\nplain' },
    ];
    const [first, second] = paragraphs(changes);
    expect(first?.notes).toEqual([heading]);
    expect(first?.runs.map((run) => run.notes)).toEqual([[], [], [bold]]);
    expect(second?.notes).toEqual([]);
    expect(changedForms(changes)).toBe(2);
    expect(changedWords(changes)).toBe(1);
  });

  it('is the same only when neither words nor signs nor form changed', () => {
    const cases: [Change[], boolean][] = [
      [[], true],
      [[{ kind: 'same', text: 'a' }], true],
      [[{ kind: 'same', text: 'a', notes: [bold] }], false],
      [[{ kind: 'removed', text: '•' }], false],
      [[{ kind: 'added', text: '\u{FFFC}' }], false],
    ];
    for (const [changes, same] of cases) expect(isSame(changes)).toBe(same);
  });
});
