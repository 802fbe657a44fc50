import type { KeyboardEvent } from 'react';

/**
 * Arrows in a list of rows with buttons: up and down lead to the same button of the next row, or its last one. For the
 * `onKeyDown` of the list; what is typed into a field stays there.
 */
export function moveInRows(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const from = event.target instanceof HTMLElement ? event.target : null;
  if (!step || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || !from) return;
  if (from.matches('input, textarea, select, [role="radio"]')) return;
  const row = from.closest('li');
  if (!row || row.parentElement !== event.currentTarget) return;
  const rows = [...event.currentTarget.children];
  const place = buttonsOf(row).indexOf(from);
  for (let at = rows.indexOf(row) + step; at >= 0 && at < rows.length; at += step) {
    const next = buttonsOf(rows[at]);
    const button = next[Math.min(Math.max(place, 0), next.length - 1)];
    if (button) {
      button.focus();
      event.preventDefault();
      return;
    }
  }
}

function buttonsOf(row: Element | undefined): HTMLElement[] {
  return [...(row?.querySelectorAll<HTMLElement>('button:not([disabled]), summary') ?? [])];
}
