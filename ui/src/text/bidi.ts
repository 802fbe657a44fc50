const FSI = '\u2068';
const PDI = '\u2069';

/**
 * Wraps a value so that its direction cannot disturb the sentence around it: a Latin file name inside Arabic stays
 * whole, and the full stop after it stays at the end.
 */
export function isolate(text: string): string {
  return text === '' ? '' : `${FSI}${text}${PDI}`;
}

/** The text without isolates, for places that compare or copy. */
export function withoutIsolates(text: string): string {
  return text.replaceAll(FSI, '').replaceAll(PDI, '');
}
