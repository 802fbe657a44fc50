import type { DraftRow, Profile } from '../backend/wire';
import { go } from '../state/screen';

/** Opens a piece where it is worked on: an approver reads what awaits approval, everybody else writes. */
export function openPiece(row: Pick<DraftRow, 'id' | 'state'>, role: Profile['role']): void {
  if (row.state === 'in_review' && role !== 'author') void go({ name: 'review', draft: row.id });
  else void go({ name: 'editor', draft: row.id });
}
