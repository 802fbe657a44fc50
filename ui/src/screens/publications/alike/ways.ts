import type {
  Likeness,
  LikenessKind,
  LikeRule,
  Publication,
  SettleOutcome,
  SettleRow,
} from '../../../backend/wire';

/** What can be decided about one likeness, the likeliest first. `remove`: the portal has it, so it need not be here. */
export type Way = Exclude<LikeRule, 'ask'> | 'remove';

const WAYS: Record<LikenessKind, readonly Way[]> = {
  same_work: ['attach', 'keep_both'],
  newer_edition: ['keep_newest', 'attach', 'keep_both'],
  older_edition: ['keep_newest', 'attach', 'keep_both'],
  on_portal: ['remove', 'keep_both'],
};

export const waysOf = (one: Likeness): readonly Way[] => WAYS[one.kind];

/** The two titles as newer and older; what came in is the older one only when it says so. */
export function byAge(one: Likeness): { newer: string; older: string } {
  return one.kind === 'older_edition'
    ? { newer: one.other_title, older: one.publication_title }
    : { newer: one.publication_title, older: one.other_title };
}

/** Whether two publications say different things, or one of them nothing. Letter case and spaces do not count. */
export function differs(a: string, b: string): boolean {
  const plain = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();
  return plain(a) !== plain(b);
}

/** What is laid side by side. */
export const COMPARED = [
  'title',
  'corporate_author',
  'authors',
  'year',
  'languages',
  'publication_type',
  'doi',
  'isbn',
  'issn',
  'pages',
] as const satisfies readonly (keyof Publication)[];

/** In the order they are told: what changes first, then what stays. */
export const OUTCOMES = [
  'superseded',
  'attached',
  'kept_both',
  'undecided',
  'held',
  'already_settled',
] as const satisfies readonly SettleOutcome[];

/** What a rule would do, by what becomes of each. */
export function byOutcome(rows: SettleRow[]): { outcome: SettleOutcome; rows: SettleRow[] }[] {
  return OUTCOMES.map((outcome) => ({ outcome, rows: rows.filter((row) => row.outcome === outcome) })).filter(
    (group) => group.rows.length > 0,
  );
}

/** How many questions are answered by it. */
export const decided = (rows: SettleRow[]): number =>
  rows.filter(({ outcome }) => outcome === 'superseded' || outcome === 'attached' || outcome === 'kept_both')
    .length;
