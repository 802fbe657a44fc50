import type { ProofCheck, Verification } from '../backend/wire';

/** What a proof comes to, for one sentence: its id in `proof`, what it needs, and how it is to be taken. */
export interface Verdict {
  id: 'approved' | 'undecided' | 'returned' | 'not_approved' | 'unknown' | 'bad';
  tone: 'good' | 'note' | 'bad';
  names: string[];
  /** The latest of the times, as the signers' clocks said. */
  at: string;
  /** What is wrong, where something is. */
  bad: ProofCheck | null;
}

/** The one answer that all checks come to. */
export function verdict(of: Verification): Verdict {
  const bad = of.checks.find((check) => check.outcome === 'bad') ?? null;
  const saying = (code: string) => of.checks.filter((check) => check.code === code);
  const told = (code: string) => {
    const said = saying(code);
    const names = [...new Set(said.map((check) => check.params.name ?? ''))].filter(Boolean);
    return {
      names,
      at:
        said
          .map((check) => check.params.at ?? '')
          .sort()
          .at(-1) ?? '',
      bad,
    };
  };
  const onlyBad = (code: string) =>
    bad !== null && of.checks.every((check) => check.outcome !== 'bad' || check.code === code);
  if (onlyBad('not_approved')) return { id: 'not_approved', tone: 'note', ...told('decision_approve') };
  if (onlyBad('key_unknown')) return { id: 'unknown', tone: 'note', ...told('key_unknown') };
  if (bad || !of.valid) return { id: 'bad', tone: 'bad', ...told('decision_approve') };
  if (saying('decision_approve').length > 0)
    return { id: 'approved', tone: 'good', ...told('decision_approve') };
  if (saying('decision_return').length > 0)
    return { id: 'returned', tone: 'note', ...told('decision_return') };
  return { id: 'undecided', tone: 'note', ...told('decision_submit') };
}

/** The start of a hash, enough to compare by eye. */
export const shortHash = (hash: string) => hash.slice(0, 12);
