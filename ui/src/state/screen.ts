import { useSyncExternalStore } from 'react';

/** What the window shows. Every place a person can be is one of these. */
export type Screen =
  | { name: 'desk'; draft?: string }
  | { name: 'drafts'; state?: string; type?: string; trashed?: boolean }
  | { name: 'publications'; publication?: string }
  | { name: 'review'; draft?: string }
  | { name: 'proof'; draft: string }
  | { name: 'comments'; draft: string }
  | { name: 'batch' }
  | { name: 'byfile'; file?: string }
  | { name: 'outbox' }
  | { name: 'carry' }
  | { name: 'conflict'; draft: string; portal?: string }
  | { name: 'remote' }
  | { name: 'search'; query?: string }
  | { name: 'settings'; section?: string }
  | { name: 'connection'; portal: string }
  | { name: 'new'; file?: string }
  | { name: 'brought'; draft: string }
  | { name: 'editor'; draft: string; lang?: string };

export type ScreenName = Screen['name'];

const LONGEST_WAY_BACK = 50;

let here: Screen = { name: 'desk' };
let behind: Screen[] = [];
const heard = new Set<() => void>();
let leaving: (() => Promise<boolean> | boolean) | null = null;

function tell() {
  for (const hear of heard) hear();
}

/**
 * A screen that holds work in progress (the editor) may ask to be heard before it is left. It answers false to stay.
 * Answers with the way to withdraw.
 */
export function beforeLeaving(ask: () => Promise<boolean> | boolean): () => void {
  leaving = ask;
  return () => {
    if (leaving === ask) leaving = null;
  };
}

/** Lets the present screen keep its work; false when it wants to stay. */
export async function mayLeave(): Promise<boolean> {
  return leaving === null || (await leaving());
}

/** Shows a screen; the present one is kept for {@link back}. */
export async function go(to: Screen): Promise<void> {
  if (!(await mayLeave())) return;
  if (JSON.stringify(to) === JSON.stringify(here)) return;
  behind = [...behind, here].slice(-LONGEST_WAY_BACK);
  here = to;
  tell();
}

/** Shows a screen in the place of the present one. */
export function replace(to: Screen): void {
  here = to;
  tell();
}

/** The screen before this one; the desk when there is none. */
export async function back(): Promise<void> {
  if (!(await mayLeave())) return;
  here = behind.at(-1) ?? { name: 'desk' };
  behind = behind.slice(0, -1);
  tell();
}

/** For tests: as at the start. */
export function resetScreen(): void {
  here = { name: 'desk' };
  behind = [];
  leaving = null;
  tell();
}

export function currentScreen(): Screen {
  return here;
}

export function useScreen(): Screen {
  return useSyncExternalStore(
    (hear) => {
      heard.add(hear);
      return () => heard.delete(hear);
    },
    () => here,
  );
}
