import { useAct } from '../../state/live';
import { stamped } from './files';

/** Asks where a new file is to be written. Nothing happens when nobody says. */
export function useNewFile(stem: string, ending: string) {
  const ask = useAct('files.save_as');
  return {
    error: ask.error,
    choose: (then: (path: string) => void) =>
      ask.mutate({ name: stamped(stem) + ending }, { onSuccess: ({ path }) => path !== null && then(path) }),
  };
}
