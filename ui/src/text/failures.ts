import { useCallback } from 'react';
import type { Translate, Values } from '.';
import { useFormats, useRaw, useT } from '.';
import type { Formats } from './formats';

export interface Told {
  /** What happened, to what. */
  what: string;
  /** What to do; empty when there is nothing. */
  next: string;
}

export type Family = '' | 'finding.' | 'problem.';

/** Codes whose numbers are sizes in bytes. */
const SIZES = new Set([
  'file_too_large',
  'fields_too_large',
  'too_large_for_portal',
  'problem.too_large',
  'finding.file_too_large',
]);
/** What is quoted: a year is no number of things. */
const AS_WRITTEN = new Set(['name', 'year', 'value']);
const SIZE_PARAMS = new Set(['limit', 'length', 'max', 'bytes']);

/**
 * The two sentences for a code. Parameters cross the wire as text: numbers among them are written as the reader writes
 * them, and a parameter that did not come is a dash rather than a hole.
 */
export function tell(
  speech: {
    t: Translate;
    raw: (id: string) => string | undefined;
    formats: Pick<Formats, 'number' | 'bytes'>;
  },
  code: string,
  params: Values = {},
  family: Family = '',
): Told {
  // What is wrong with a value is said by the field it was meant for, where there is such a sentence.
  const id =
    [`${code}_${params.field}`, `${family}${code}`, code].find(
      (one) => speech.raw(`errors.${one}`) !== undefined,
    ) ?? 'unexpected';
  const given: Values = { code };
  for (const [key, value] of Object.entries(params)) {
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number') given[key] = value;
    else if (SIZES.has(id) && SIZE_PARAMS.has(key)) given[key] = speech.formats.bytes(number);
    else given[key] = AS_WRITTEN.has(key) ? String(value) : speech.formats.number(number);
  }
  const say = (address: string): string => {
    const raw = speech.raw(`errors.${address}`);
    if (raw === undefined) return '';
    const values = { ...given };
    for (const [, name] of raw.matchAll(/\{(\w+)/g)) {
      if (name) values[name] ??= '—';
    }
    return speech.t(`errors.${address}`, values);
  };
  return { what: say(id), next: say(`${id}.next`) };
}

/** {@link tell} in the language of the interface. */
export function useTold(): (code: string, params?: Values, family?: Family) => Told {
  const t = useT();
  const raw = useRaw();
  const formats = useFormats();
  return useCallback(
    (code, params, family) => tell({ t, raw, formats }, code, params, family),
    [t, raw, formats],
  );
}
