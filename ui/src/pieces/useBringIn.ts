import { useEffect, useRef, useState } from 'react';
import { call, Failure, onDrop } from '../backend';
import { replace } from '../state/screen';

/** Names of documents that become pieces; other files are publications or pictures. */
export const isDocument = (path: string) =>
  /\.(docx?|docm|dotx|odt|ott|rtf|html?|md|markdown|txt)$/i.test(path);

/** Hears of a document that was dropped on the window. */
export function useDocumentDrop(heard: (path: string) => void) {
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(
    () =>
      onDrop((drop) => {
        const path = drop.kind === 'drop' ? drop.paths.find(isDocument) : undefined;
        if (path !== undefined) latest.current(path);
      }),
    [],
  );
}

/** Makes a piece of a document and shows what became of it. */
export function useBringIn() {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const take = async (path: string, type: string) => {
    setBusy(true);
    setFailure(null);
    try {
      const { draft, problems } = await call('drafts.bring_in', { path, type });
      if (draft) replace({ name: 'brought', draft });
      else {
        const first = problems[0];
        setFailure(
          new Failure({
            code: `problem.${first?.code ?? 'damaged'}`,
            params: { ...first?.params, name: nameOf(path) },
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
  /** Lets the person choose a file; null when they chose none. */
  const choose = async () => {
    setFailure(null);
    try {
      const { paths } = await call('publications.choose', { folder: false });
      return paths[0] ?? null;
    } catch (thrown) {
      setFailure(Failure.from(thrown));
      return null;
    }
  };
  return { busy, failure, choose, take };
}

/** The name of a file without its folder. */
export const nameOf = (path: string) => path.split(/[\\/]/).at(-1) ?? path;
