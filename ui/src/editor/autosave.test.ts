import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Autosave, type AutosaveOptions, type SaveAnswer } from './autosave';

interface Request {
  base: string;
  content: string;
  answer(rev: string): Promise<void>;
  fail(what: string): Promise<void>;
}

/** An autosave over a desk that answers when the test says so. */
function setUp(more: Partial<AutosaveOptions<string, string>> = {}) {
  const requests: Request[] = [];
  const told: string[] = [];
  const text = { value: '' };
  const autosave = new Autosave<string, string>({
    base: 'r0',
    read: () => text.value,
    save: (base, content) =>
      new Promise<SaveAnswer>((resolve, reject) => {
        const settle = async (act: () => void) => {
          act();
          await vi.advanceTimersByTimeAsync(0);
        };
        requests.push({
          base,
          content,
          answer: (rev) => settle(() => resolve({ rev, at: `at-${rev}` })),
          fail: (what) => settle(() => reject(what)),
        });
      }),
    judge: (thrown) =>
      thrown === 'ours'
        ? { kind: 'ours', answer: { rev: 'r-ours', at: 'at-ours' } }
        : { kind: thrown === 'conflict' ? 'conflict' : 'failed', failure: String(thrown) },
    changed: (snapshot) => told.push(snapshot.state),
    ...more,
  });
  const type = (value: string) => {
    text.value = value;
    autosave.changed();
  };
  const last = () => {
    const request = requests.at(-1);
    if (!request) throw new Error('nothing was sent');
    return request;
  };
  return { autosave, requests, told, type, last, text };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('autosave', () => {
  it('waits for a pause, sends once, and says saved only from the answer', async () => {
    const { autosave, requests, type, last } = setUp();
    type('a');
    expect(autosave.snapshot.state).toBe('unsaved');
    await pass(200);
    type('ab');
    await pass(399);
    expect(requests).toHaveLength(0);
    await pass(1);
    expect(requests).toHaveLength(1);
    expect(last()).toMatchObject({ base: 'r0', content: 'ab' });
    expect(autosave.snapshot.state).toBe('saving');
    await pass(10_000);
    expect(autosave.snapshot.state).toBe('saving');
    await last().answer('r1');
    expect(autosave.snapshot).toEqual({ state: 'saved', savedAt: 'at-r1', failure: null });
    await pass(60_000);
    expect(requests).toHaveLength(1);
  });

  it('does not wait for ever when somebody types without a pause', async () => {
    const { requests, type } = setUp();
    for (let i = 0; i < 12; i += 1) {
      type('x'.repeat(i + 1));
      await pass(100);
    }
    expect(requests).toHaveLength(1);
    expect(requests[0]?.content.length).toBeGreaterThanOrEqual(9);
  });

  it('keeps one save on its way, and bases the next on its answer', async () => {
    const { autosave, requests, type, last } = setUp();
    type('a');
    await pass(400);
    type('ab');
    expect(autosave.snapshot.state).toBe('unsaved');
    await pass(5000);
    expect(requests).toHaveLength(1);
    await last().answer('r1');
    // The answer was for "a"; the screen shows "ab", which has waited long enough and goes at once.
    expect(autosave.snapshot.state).not.toBe('saved');
    await pass(400);
    expect(last()).toMatchObject({ base: 'r1', content: 'ab' });
    await last().answer('r2');
    expect(autosave.snapshot.state).toBe('saved');
    expect(autosave.base).toBe('r2');
  });

  it('says saved when the text went back to what was sent only after it was sent again', async () => {
    const { autosave, type, last, requests } = setUp();
    type('a');
    await pass(400);
    type('ab');
    type('a');
    await last().answer('r1');
    expect(autosave.snapshot.state).toBe('unsaved');
    await pass(400);
    await last().answer('r2');
    expect(autosave.snapshot.state).toBe('saved');
    expect(requests).toHaveLength(2);
  });

  it('flushes at once and resolves when everything there at the call is stored', async () => {
    const { autosave, type, last, requests } = setUp();
    type('a');
    let flushed: boolean | undefined;
    void autosave.flush().then((done) => {
      flushed = done;
    });
    expect(requests).toHaveLength(1);
    await pass(1000);
    expect(flushed).toBeUndefined();
    await last().answer('r1');
    expect(flushed).toBe(true);
    expect(await autosave.flush()).toBe(true);
    expect(requests).toHaveLength(1);
  });

  it('flushes what was typed while a save was on its way', async () => {
    const { autosave, type, last, requests } = setUp();
    type('a');
    await pass(400);
    type('ab');
    let flushed: boolean | undefined;
    void autosave.flush().then((done) => {
      flushed = done;
    });
    await last().answer('r1');
    expect(flushed).toBeUndefined();
    expect(requests).toHaveLength(2);
    expect(last()).toMatchObject({ base: 'r1', content: 'ab' });
    await last().answer('r2');
    expect(flushed).toBe(true);
  });

  it('does not make a flush wait for what is typed after it', async () => {
    const { autosave, type, last } = setUp();
    type('a');
    let flushed: boolean | undefined;
    void autosave.flush().then((done) => {
      flushed = done;
    });
    type('ab');
    await last().answer('r1');
    expect(flushed).toBe(true);
    expect(autosave.snapshot.state).toBe('unsaved');
  });

  it('tries again after a failure, longer each time, with the newest text and the same base', async () => {
    const { autosave, type, last, requests, told } = setUp({ retryMs: [500, 2000] });
    type('a');
    await pass(400);
    await last().fail('store_busy');
    expect(autosave.snapshot).toMatchObject({ state: 'failed', failure: 'store_busy' });
    type('ab');
    await pass(499);
    expect(requests).toHaveLength(1);
    await pass(1);
    expect(last()).toMatchObject({ base: 'r0', content: 'ab' });
    expect(autosave.snapshot.state).toBe('failed');
    await last().fail('store_busy');
    await pass(1999);
    expect(requests).toHaveLength(2);
    await pass(1);
    await last().fail('store_busy');
    await pass(2000);
    expect(requests).toHaveLength(4);
    await last().answer('r1');
    expect(autosave.snapshot).toEqual({ state: 'saved', savedAt: 'at-r1', failure: null });
    expect(told.at(-1)).toBe('saved');
  });

  it('is not kept from trying again by typing', async () => {
    const { type, last, requests } = setUp({ retryMs: [1000] });
    type('a');
    await pass(400);
    await last().fail('disk_full');
    for (let i = 0; i < 12; i += 1) {
      type('a'.repeat(i + 2));
      await pass(100);
    }
    expect(requests.length).toBeGreaterThan(1);
  });

  it('answers false to a flush that fails, and the text stays unsaved', async () => {
    const { autosave, type, last } = setUp();
    type('a');
    const flushed = autosave.flush();
    await last().fail('disk_full');
    expect(await flushed).toBe(false);
    expect(autosave.snapshot.state).toBe('failed');
  });

  it('stops at a conflict: nothing is overwritten, nothing lost', async () => {
    const { autosave, type, last, requests } = setUp();
    type('mine');
    await pass(400);
    await last().fail('conflict');
    expect(autosave.snapshot.state).toBe('conflict');
    type('mine and more');
    await pass(60_000);
    expect(requests).toHaveLength(1);
    expect(await autosave.flush()).toBe(false);
    expect(autosave.snapshot.state).toBe('conflict');
  });

  it('hands over what was written under a conflict once, when it is left', async () => {
    const { autosave, type, last, requests } = setUp();
    type('mine');
    await pass(400);
    await last().fail('conflict');
    expect(await autosave.putAside()).toBe(true);
    expect(requests).toHaveLength(1);
    type('mine and more');
    const aside = autosave.putAside();
    expect(last()).toMatchObject({ base: 'r0', content: 'mine and more' });
    expect(autosave.snapshot.state).toBe('conflict');
    await last().fail('conflict');
    expect(await aside).toBe(true);
    await pass(60_000);
    expect(requests).toHaveLength(2);
  });

  it('does not call a text put aside that the desk could not take', async () => {
    const { autosave, type, last } = setUp();
    type('mine');
    await pass(400);
    await last().fail('conflict');
    type('mine and more');
    const aside = autosave.putAside();
    await last().fail('disk');
    expect(await aside).toBe(false);
    expect(autosave.snapshot.state).toBe('failed');
  });

  it('keeps mine upon theirs when a person says so', async () => {
    const { autosave, type, last } = setUp();
    type('mine');
    await pass(400);
    await last().fail('conflict');
    const kept = autosave.keepMine('r-theirs');
    expect(last()).toMatchObject({ base: 'r-theirs', content: 'mine' });
    await last().answer('r2');
    expect(await kept).toBe(true);
    expect(autosave.snapshot.state).toBe('saved');
  });

  it('takes theirs when a person says so, and goes on from there', async () => {
    const { autosave, type, last, requests, text } = setUp();
    type('mine');
    await pass(400);
    await last().fail('conflict');
    text.value = 'theirs';
    autosave.restart('r-theirs', 'then');
    expect(autosave.snapshot).toEqual({ state: 'saved', savedAt: 'then', failure: null });
    await pass(60_000);
    expect(requests).toHaveLength(1);
    type('theirs and mine');
    await pass(400);
    expect(last()).toMatchObject({ base: 'r-theirs', content: 'theirs and mine' });
  });

  it('takes a lost answer of its own for what it is', async () => {
    const { autosave, type, last } = setUp();
    type('a');
    await pass(400);
    await last().fail('ours');
    expect(autosave.snapshot.state).toBe('saved');
    expect(autosave.base).toBe('r-ours');
  });

  it('does not take a late answer for the text that replaced its own', async () => {
    const { autosave, type, last } = setUp();
    type('a');
    await pass(400);
    autosave.restart('r9', null);
    await last().answer('r1');
    expect(autosave.base).toBe('r9');
    type('b');
    await pass(400);
    expect(last()).toMatchObject({ base: 'r9', content: 'b' });
  });

  it('sends nothing once stopped', async () => {
    const { autosave, type, requests } = setUp();
    type('a');
    autosave.stop();
    type('ab');
    await pass(60_000);
    expect(requests).toHaveLength(0);
  });
});
