/** Chooses between the two themes; `system` leaves it to the system. Remembered for the first paint of the next start. */
export function applyTheme(theme: string): void {
  if (theme === 'light' || theme === 'dark') {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem('theme', theme);
  } else {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem('theme');
  }
}

/** The theme of the last time, before the desk has answered. */
export function rememberedTheme(): string {
  return localStorage.getItem('theme') ?? 'system';
}
