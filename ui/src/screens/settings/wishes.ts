import type { Sending } from '../../backend/wire';

/** Sizes are asked for in megabytes; the desk counts bytes. */
export const MEGABYTE = 1_000_000;
/** The largest size that is asked for: a terabyte. */
export const MOST_MEGABYTES = 1_000_000;

/** What a wish begins with when it is switched on. */
export const FIRST = { budget: 50 * MEGABYTE, ask: 10 * MEGABYTE, from: '22:00', to: '06:00' } as const;

/** The half hours of a day as `HH:MM`, and those of `also` that are not among them. */
export function halfHours(...also: (string | null)[]): string[] {
  const all = Array.from({ length: 48 }, (_, index) => {
    const hour = String(Math.floor(index / 2)).padStart(2, '0');
    return `${hour}:${index % 2 === 0 ? '00' : '30'}`;
  });
  for (const one of also) if (one && !all.includes(one)) all.push(one);
  return all.sort();
}

/** Whether anything is wished at all. */
export function wishesAnything(sending: Sending): boolean {
  return (
    sending.budget_bytes !== null ||
    sending.quiet_from !== null ||
    sending.ask_above_bytes !== null ||
    sending.metered
  );
}

/** A size in whole megabytes, at least one. */
export function megabytes(bytes: number): number {
  return Math.max(1, Math.round(bytes / MEGABYTE));
}
