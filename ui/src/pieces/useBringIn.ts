import { useEffect, useRef, useState } from 'react';
import { call, Failure, onDrop } from '../backend';
import { replace } from '../state/screen';

/** Names of documents that become pieces; other files are publications or pictures. */
export const isDocument = (path: string) => /\.(docx|docm|odt|ott|html?|md|markdown|txt)$/i.test(path);

/**
 * Makes a piece of a document and shows what became of it. While `listening`, a document dropped on the window is taken
 * in the same way.
 */
export function useBringIn(type: string, listening = true) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const take = async (path: string) => {
    setBusy(true);
    setFailure(null);
    try {
      const { draft, problems } = await call('drafts.bring_in', { path, type });
      if (draft) replace({ name: 'brought', draft });
      else {
        const name = path.split(/[\\/]/).at(-1) ?? path;
        const first = problems[0];
        setFailure(
          new Failure({
            code: `problem.${first?.code ?? 'damaged'}`,
            params: { ...first?.params, name },
            detail: '',
          }),
        );
      }
    } catch (thrown) {
      setFailure(Failure.from(thrown));
    } finally {
      setBusy(false);
    }
  };
  const latest = useRef(take);
  latest.current = take;
  useEffect(
    () =>
      listening
        ? onDrop((drop) => {
            const path = drop.kind === 'drop' ? drop.paths.find(isDocument) : undefined;
            if (path !== undefined) void latest.current(path);
          })
        : undefined,
    [listening],
  );
  const choose = async () => {
    try {
      const { paths } = await call('publications.choose', { folder: false });
      if (paths[0] !== undefined) await take(paths[0]);
    } catch (thrown) {
      setFailure(Failure.from(thrown));
    }
  };
  return { busy, failure, choose };
}
