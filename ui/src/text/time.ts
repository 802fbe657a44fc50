import type { Formats } from './formats';
import type { MessageId } from './messages';

/** How long something takes, as a person would say it: never finer than a minute, coarser the longer it is. */
export function roughly(seconds: number): { id: MessageId; count: number } {
  const minutes = seconds / 60;
  if (minutes < 0.75) return { id: 'outbox.time.moment', count: 0 };
  if (minutes < 20) return { id: 'outbox.time.minutes', count: Math.max(1, Math.round(minutes)) };
  if (minutes < 88) return { id: 'outbox.time.minutes', count: Math.round(minutes / 5) * 5 };
  if (minutes < 48 * 60) return { id: 'outbox.time.hours', count: Math.round(minutes / 60) };
  return { id: 'outbox.time.days', count: Math.round(minutes / 1440) };
}

/** When something will be: the hour today, with the weekday within a week, with the date after. */
export function soon(
  formats: Pick<Formats, 'time' | 'weekdayTime' | 'dateTime'>,
  at: string,
  now = new Date(),
): string {
  const then = new Date(at);
  if (then.toDateString() === now.toDateString()) return formats.time(then);
  return then.getTime() - now.getTime() < 6 * 86_400_000 ? formats.weekdayTime(then) : formats.dateTime(then);
}
