import type { Part, Side } from '../../backend/wire';

export type Choices = Record<string, Side>;

export interface PartGroup {
  /** The language; null for what all languages share. */
  lang: string | null;
  /** The parts that differ. */
  parts: Part[];
  /** How many parts are the same on both sides. */
  unchanged: number;
}

/** The parts by language, in the order they came, what all share at the end; without the files. */
export function grouped(parts: Part[]): PartGroup[] {
  const groups = new Map<string | null, PartGroup>();
  for (const part of parts) {
    if (part.kind === 'file') continue;
    const group = groups.get(part.lang) ?? { lang: part.lang, parts: [], unchanged: 0 };
    groups.set(part.lang, group);
    if (differs(part)) group.parts.push(part);
    else group.unchanged += 1;
  }
  return [...groups.values()].filter((group) => group.parts.length > 0);
}

/** Files that are not on both sides. They are for looking at: the files of the draft decide. */
export function filesApart(parts: Part[]): Part[] {
  return parts.filter((part) => part.kind === 'file' && (part.ours === null) !== (part.theirs === null));
}

/** Whether there is something to choose. What both changed in the same way is no question. */
export function differs(part: Part): boolean {
  return part.fate !== 'unchanged' && part.fate !== 'both';
}

/** What is chosen for a part: by the person, or else what follows by itself; null while nobody decided. */
export function chosen(part: Part, choices: Choices): Side | null {
  const own = choices[part.key];
  if (own) return own;
  if (part.fate === 'conflict') return null;
  return part.fate === 'theirs' ? 'theirs' : 'ours';
}

/** Which choices there are: text can stand twice, a value cannot. */
export function sidesOf(part: Part): Side[] {
  return part.kind === 'block' && part.ours !== null && part.theirs !== null
    ? ['theirs', 'ours', 'both']
    : ['theirs', 'ours'];
}

export function undecided(parts: Part[], choices: Choices): number {
  return choosable(parts).filter((part) => chosen(part, choices) === null).length;
}

/** The same side for every part. */
export function allFrom(parts: Part[], side: 'ours' | 'theirs'): Choices {
  return Object.fromEntries(choosable(parts).map((part) => [part.key, side]));
}

/** Whether everything that was chosen is ours. */
export function allOurs(parts: Part[], choices: Choices): boolean {
  return choosable(parts).every((part) => chosen(part, choices) === 'ours');
}

/** What is said to the desk: every choice that was shown, so that nothing is decided that nobody saw. */
export function spokenChoices(parts: Part[], choices: Choices): Choices {
  const said: Choices = {};
  for (const part of choosable(parts)) {
    const side = chosen(part, choices);
    if (side) said[part.key] = side;
  }
  return said;
}

function choosable(parts: Part[]): Part[] {
  return parts.filter((part) => part.kind !== 'file' && differs(part));
}
