import { useAct } from '../../state/live';
import { useT } from '../../text';
import { stamped } from './files';

/** Asks where a new file is to be written. Nothing happens when nobody says. */
export function useNewFile(name: Parameters<typeof stamped>[1], ending: string) {
  const t = useT();
  const ask = useAct('files.save_as');
  return {
    error: ask.error,
    choose: (then: (path: string) => void) =>
      ask.mutate(
        { name: stamped(t, name) + ending },
        { onSuccess: ({ path }) => path !== null && then(path) },
      ),
  };
}
