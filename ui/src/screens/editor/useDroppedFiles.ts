import { useEffect, useRef, useState } from 'react';
import { call, Failure, onDrop } from '../../backend';
import type { Draft } from '../../backend/wire';
import type { Body } from '../../editor';
import { useAttached } from './useAttached';

/**
 * Files dropped on the window are attached to the piece; pictures among them are also put where the cursor is. Answers
 * with why the last drop failed, if it did. (In a browser the text itself takes dropped pictures.)
 */
export function useDroppedFiles(draft: Draft, body: Body | null, readOnly: boolean): Failure | null {
  const [failure, setFailure] = useState<Failure | null>(null);
  const attached = useAttached(setFailure);
  const latest = useRef({ draft, body, readOnly, attached });
  latest.current = { draft, body, readOnly, attached };

  useEffect(
    () =>
      onDrop(async (drop) => {
        const now = latest.current;
        if (drop.kind !== 'drop' || now.readOnly || drop.paths.length === 0) return;
        try {
          const before = new Set(now.draft.attachments.map((file) => file.id));
          const after = await call('attachments.add', { draft: now.draft.id, paths: drop.paths });
          setFailure(null);
          latest.current.attached(now.draft, after);
          for (const file of after.attachments) {
            if (before.has(file.id) || !file.mime.startsWith('image/')) continue;
            await call('attachments.set', { attachment: file.id, role: 'picture' });
            latest.current.body?.putStored(file.sha256, '');
          }
        } catch (thrown) {
          setFailure(Failure.from(thrown));
        }
      }),
    [],
  );
  return failure;
}
