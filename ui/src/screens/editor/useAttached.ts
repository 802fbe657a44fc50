import { call, Failure } from '../../backend';
import type { Draft } from '../../backend/wire';
import { toast } from '../../parts/toasts';
import { useT } from '../../text';

/**
 * Says which files are on the piece now that were not `before`, with the way back. What is wrong with going back is told
 * to `failed`.
 */
export function useAttached(failed: (failure: Failure) => void): (before: Draft, after: Draft) => void {
  const t = useT();
  return (before, after) => {
    const there = new Set(before.attachments.map((file) => file.id));
    const files = after.attachments.filter((file) => !there.has(file.id));
    const [first] = files;
    if (!first) return;
    const undo = async () => {
      try {
        for (const file of files) await call('attachments.remove', { attachment: file.id });
      } catch (thrown) {
        failed(Failure.from(thrown));
      }
    };
    toast(t('editor.files.attached', { count: files.length, name: first.title || first.name }), {
      label: t('common.action.undo'),
      act: () => void undo(),
    });
  };
}
