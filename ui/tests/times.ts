/** The moment the samples are looked at. */
const now = Date.now();

/** So many minutes before it. */
export const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

/** So many minutes after it. */
export const ahead = (minutes: number) => ago(-minutes);
