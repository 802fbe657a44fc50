import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { call, Failure } from '../../backend';
import type { CellEdit, Edited } from '../../backend/wire';
import { patch } from './library';

/** So many steps can be taken back. */
const STEPS = 200;

/**
 * Changing cells, one step after the other, each of which can be taken back and done again. What the desk refused stays
 * in `refused` until the next step.
 */
export function useEditing(then: (done: Edited, what: 'edit' | 'undo' | 'redo') => void) {
  const client = useQueryClient();
  const past = useRef<CellEdit[][]>([]);
  const future = useRef<CellEdit[][]>([]);
  const queue = useRef(Promise.resolve());
  const [refused, setRefused] = useState<Edited['refused']>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const told = useRef(then);
  told.current = then;

  // Keys come faster than answers: each step waits for the one before.
  const after = useCallback((step: () => Promise<void>) => {
    queue.current = queue.current.then(step).catch((thrown) => setFailure(Failure.from(thrown)));
    return queue.current;
  }, []);

  const send = useCallback(
    async (edits: CellEdit[], what: 'edit' | 'undo' | 'redo') => {
      const done = await call('publications.edit', { edits });
      setFailure(null);
      setRefused(done.refused);
      patch(client, done.changed);
      if (done.undo.length > 0) {
        const kept = what === 'undo' ? future : past;
        kept.current = [...kept.current, done.undo].slice(-STEPS);
        if (what === 'edit') future.current = [];
      }
      told.current(done, what);
    },
    [client],
  );

  const edit = useCallback((edits: CellEdit[]) => after(() => send(edits, 'edit')), [after, send]);
  const undo = useCallback(
    () =>
      after(async () => {
        const last = past.current.at(-1);
        if (!last) return;
        past.current = past.current.slice(0, -1);
        await send(last, 'undo');
      }),
    [after, send],
  );
  const redo = useCallback(
    () =>
      after(async () => {
        const last = future.current.at(-1);
        if (!last) return;
        future.current = future.current.slice(0, -1);
        await send(last, 'redo');
      }),
    [after, send],
  );
  const forget = useCallback(() => setRefused([]), []);
  return { edit, undo, redo, refused, forget, failure };
}
