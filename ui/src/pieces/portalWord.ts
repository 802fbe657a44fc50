import type { OutboxEntry, State } from '../backend/wire';

/**
 * What a portal did about a piece by itself: `returned` with or without a comment, `removed` for good, `withdrawn` from
 * its readers, `changed`, or `older` when it shows an earlier text again.
 */
export type PortalDid = 'returned' | 'removed' | 'withdrawn' | 'changed' | 'older';

/** What the portal did about the piece of this entry, unless it did nothing by itself. */
export function portalDid(entry: Pick<OutboxEntry, 'reason'>): PortalDid | null {
  switch (entry.reason?.code) {
    case 'returned_by_portal':
      return 'returned';
    case 'taken_down_by_portal':
      return entry.reason.params.state === 'deleted' ? 'removed' : 'withdrawn';
    case 'changed_on_portal':
      return 'changed';
    case 'older_on_portal':
      return 'older';
    default:
      return null;
  }
}

/** The word for where a piece stands: sent back by the portal's editor is returned, as by anybody else. */
export function shownState(state: State, reason: string | null | undefined): State {
  return state === 'refused' && reason === 'returned_by_portal' ? 'returned' : state;
}

/** What the portal's editor wrote; empty when nothing. */
export function editorComment(entry: Pick<OutboxEntry, 'reason'>): string {
  return entry.reason?.params.comment?.trim() ?? '';
}

/**
 * What a later release of the same piece at the same portal has overtaken asks nothing of anybody: refused it is left
 * out, and what was changed there is the question of the later one. Ids are in the order of time.
 */
export function withoutOvertaken(entries: OutboxEntry[]): OutboxEntry[] {
  const newest = new Map<string, string>();
  const key = (entry: OutboxEntry) => `${entry.portal} ${entry.draft}`;
  for (const entry of entries) {
    const known = newest.get(key(entry));
    if (known === undefined || entry.id > known) newest.set(key(entry), entry.id);
  }
  return entries.flatMap((entry) => {
    if (newest.get(key(entry)) === entry.id) return [entry];
    if (entry.state === 'refused') return [];
    return entry.state === 'conflict' ? [{ ...entry, state: 'received', reason: null }] : [entry];
  });
}
