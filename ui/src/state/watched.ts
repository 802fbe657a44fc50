import { toast } from '../parts/toasts';
import { useT } from '../text';
import { useAct, useLive } from './live';

/** The folder whose new files are offered: what it has, and choosing, looking into, leaving it. */
export function useWatched() {
  const t = useT();
  const offered = useLive('publications.offered', {}, ['publications', 'settings']);
  const look = useAct('publications.look');
  const set = useAct('settings.set', (_, { value }) => {
    if (typeof value === 'string') look.mutate({});
  });
  const watch = (value: string | null) => set.mutate({ key: 'watch_folder', value });
  const choosing = useAct('publications.choose', ({ paths }) => {
    const folder = paths[0];
    if (!folder) return;
    watch(folder);
    toast(t('watched.begun', { folder: lastPart(folder) }));
  });
  const folder = offered.data?.folder ?? null;
  return {
    offered: offered.data,
    folder,
    /** Its name, without the way to it. */
    name: folder === null ? '' : lastPart(folder),
    failed: offered.error ?? choosing.error ?? set.error ?? look.error,
    busy: look.isPending,
    choose: () => choosing.mutate({ folder: true }),
    look: () => look.mutate({}),
    stop: () => {
      if (folder === null) return;
      watch(null);
      toast(t('watched.stopped', { folder: lastPart(folder) }), {
        label: t('common.action.undo'),
        act: () => watch(folder),
      });
    },
  };
}

/** The last part of a path of any system. */
function lastPart(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}
