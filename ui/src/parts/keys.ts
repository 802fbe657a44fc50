/** Keys as people name them on this system: `⌘K` or `Ctrl+K`. */
export function keyName(combination: string): string {
  const mac = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform);
  return combination
    .split('+')
    .map((key) => {
      if (key === 'Mod') return mac ? '⌘' : 'Ctrl';
      if (key === 'Alt') return mac ? '⌥' : 'Alt';
      return key;
    })
    .join(mac ? '' : '+');
}

/** Whether an event is the given combination: `Mod+K`, `Alt+ArrowLeft`, `F6`. Letters are the key's, not the layout's. */
export function isKeys(event: KeyboardEvent, combination: string): boolean {
  const parts = combination.split('+');
  const key = parts.at(-1) ?? '';
  const wantsMod = parts.includes('Mod');
  const mod = event.ctrlKey || event.metaKey;
  if (
    mod !== wantsMod ||
    event.altKey !== parts.includes('Alt') ||
    event.shiftKey !== parts.includes('Shift')
  ) {
    return false;
  }
  // On an Arabic keyboard Ctrl+K gives the letter of the layout: the place of the key decides.
  if (/^[A-Z]$/.test(key)) return event.code === `Key${key}`;
  if (/^[0-9]$/.test(key)) return event.code === `Digit${key}`;
  return event.key === key;
}
