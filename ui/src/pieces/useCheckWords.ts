import type { ProofCheck } from '../backend/wire';
import { type MessageId, useFormats, useT } from '../text';
import { shortHash } from './proofWords';

const ACTS = new Set(['submit', 'approve', 'return', 'withdraw']);
const ENDS = new Set(['replaced', 'left', 'lost']);

/** The sentence of a check, with times, names of acts and counts as the person reads them. */
export function useCheckWords(): (check: ProofCheck) => string {
  const t = useT();
  const formats = useFormats();
  const shown = (name: string, value: string): string => {
    if (name === 'at') return formats.dateTime(value) || value;
    if (name === 'act' && ACTS.has(value)) return t(`verify.act.${value}` as MessageId);
    if (name === 'why' && ENDS.has(value)) return t(`verify.why.${value}` as MessageId);
    if (name === 'hash' || name === 'head') return shortHash(value);
    if (name === 'languages') return formats.list(value.split(', ').map(formats.languageName));
    if (['count', 'of', 'needed', 'seq'].includes(name)) return formats.number(Number(value));
    return value;
  };
  return (check) =>
    t(
      `verify.${check.code}` as MessageId,
      Object.fromEntries(Object.entries(check.params).map(([name, value]) => [name, shown(name, value)])),
    );
}
