import type { ReceiptRow } from '../backend/wire';
import { useAct } from '../state/live';
import { useMe } from '../state/me';

/** Part of an address below the practice portal; `null` when it leads elsewhere. */
export function practicePath(url: string, practiceUrl: string | null): string | null {
  if (practiceUrl === null || url === '') return null;
  const base = practiceUrl.replace(/\/+$/, '');
  if (url === base) return '/';
  return url.startsWith(`${base}/`) ? url.slice(base.length) : null;
}

/** Opens the practice portal in its own window. */
export function useShowOnPractice() {
  const { state } = useMe();
  const show = useAct('practice.show');
  return {
    available: state.practice_url !== null,
    error: show.error,
    pathOf: (receipt: ReceiptRow) => practicePath(receipt.url, state.practice_url),
    show: (path?: string) => show.mutate(path === undefined ? {} : { path }),
  };
}
