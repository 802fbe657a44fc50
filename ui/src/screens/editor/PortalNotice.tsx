import type { Draft } from '../../backend/wire';
import { PortalWord, usePortalWords } from '../../pieces/PortalWord';

/** What the portal's editor asked for stays in sight while the author corrects it. */
export function PortalNotice({ draft }: { draft: Draft }) {
  const words = usePortalWords(draft.id, draft.release !== null);
  return words.map((entry) => <PortalWord key={entry.id} entry={entry} writing />);
}
