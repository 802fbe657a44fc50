import { useAct } from '../../state/live';

/** Asks for one file, or one folder. Nothing happens when none is chosen. */
export function useChosenFile(folder = false) {
  const ask = useAct('publications.choose');
  return {
    error: ask.error,
    choose: (then: (path: string) => void) =>
      ask.mutate(
        { folder },
        {
          onSuccess: ({ paths: [path] }) => path !== undefined && then(path),
        },
      ),
  };
}
