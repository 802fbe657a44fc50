import { call } from '../backend';
import { mayLeave } from './screen';

/** Keeps what was typed, leaves the desk, and begins anew: a locked one forgets its key. False when the screen wants to stay. */
export async function leaveDesk(): Promise<boolean> {
  if (!(await mayLeave().catch(() => true))) return false;
  await call('people.leave', {});
  begin();
  return true;
}

/** The page as it is at a start: nothing of the desk before stays in it. */
export function begin(): void {
  location.reload();
}
