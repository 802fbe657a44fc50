/** The next region of a screen after the one that has the keyboard; regions are marked with `data-region`. */
export function nextRegion(root: HTMLElement, backwards: boolean): HTMLElement | null {
  const all = [...root.querySelectorAll<HTMLElement>('[data-region]')].filter((one) => !one.hidden);
  if (all.length === 0) return null;
  const here = all.findIndex((one) => one.contains(document.activeElement));
  const step = backwards ? -1 : 1;
  return all[(here + step + all.length) % all.length] ?? null;
}

const FOCUSABLE =
  '[contenteditable="true"], textarea, input:not([type="hidden"]), select, button:not([disabled]), [tabindex="0"]';

/** Gives the keyboard to a region: to its text if it has one, or else to the first thing in it. */
export function enterRegion(region: HTMLElement): void {
  // Parts of a date are editable too: only a text is meant.
  const text = region.querySelector<HTMLElement>('[role="textbox"][contenteditable="true"]');
  (text ?? region.querySelector<HTMLElement>(FOCUSABLE))?.focus();
}

/** Gives the keyboard to the control of a field; opens the fold it is in. Answers whether there is one. */
export function enterField(root: HTMLElement, field: string): boolean {
  const place = root.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`);
  if (!place) return false;
  const fold = place.closest('details');
  if (fold) fold.open = true;
  const control = place.matches(FOCUSABLE) ? place : place.querySelector<HTMLElement>(FOCUSABLE);
  place.scrollIntoView({ block: 'center' });
  control?.focus();
  return true;
}
