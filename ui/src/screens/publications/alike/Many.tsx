import { ListChecks, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { Likeness, LikenessKind, SettleOutcome, SettleRow } from '../../../backend/wire';
import { Button } from '../../../parts/Button';
import { Choose } from '../../../parts/Choose';
import { ErrorLine } from '../../../parts/ErrorLine';
import { Select } from '../../../parts/Select';
import { toast } from '../../../parts/toasts';
import { useAct, useLive } from '../../../state/live';
import { useFormats, useT } from '../../../text';
import css from './Many.module.css';
import { byAge, byOutcome, decided } from './ways';

const RULES = ['keep_newest', 'attach', 'keep_both'] as const;
type Rule = (typeof RULES)[number];
const ALL = 'all';
const KINDS: readonly LikenessKind[] = ['newer_edition', 'older_edition', 'same_work', 'on_portal'];
/** So many of one outcome are told one by one. */
const SHOWN = 300;
const MOST = 1000;

/** One rule for many questions: which, by what rule, exactly what would happen, and doing it. */
export function Many(props: { all: Likeness[]; onDone: () => void }) {
  const t = useT();
  const formats = useFormats();
  const [kind, setKind] = useState<LikenessKind | typeof ALL>(ALL);
  const [rule, setRule] = useState<Rule | null>(null);
  const chosen = props.all.filter((one) => kind === ALL || one.kind === kind);
  const likenesses = chosen.map((one) => one.seq);
  const preview = useLive(
    'publications.settle',
    { rule: rule ?? 'ask', likenesses, preview: true },
    ['publications'],
    { when: rule !== null && likenesses.length > 0, keep: false },
  );
  const settle = useAct('publications.settle', ({ rows }) => {
    toast(t('alike.done.many', { count: decided(rows) }));
    props.onDone();
  });
  const rows = preview.data?.rows ?? [];
  const count = decided(rows);
  const failed = preview.error ?? settle.error;
  const counted = (one: LikenessKind) => props.all.filter((other) => other.kind === one).length;
  return (
    <div className={css.panes}>
      <div className={css.wish}>
        <Select
          label={t('alike.many.which')}
          value={kind}
          onChange={(id) => setKind(id as typeof kind)}
          choices={[
            { id: ALL, label: t('alike.many.all'), more: formats.number(props.all.length) },
            ...KINDS.filter((one) => counted(one) > 0).map((one) => ({
              id: one,
              label: t(`alike.kind.${one}`),
              more: formats.number(counted(one)),
            })),
          ]}
        />
        <Choose
          label={t('alike.many.rule')}
          value={rule}
          onChange={(id) => setRule(id as Rule)}
          options={RULES.map((id) => ({
            id,
            label: t(`alike.way.${id}`),
            more: t(`alike.many.${id}.help`),
          }))}
        />
        {props.all.length >= MOST && <p className={css.quiet}>{t('alike.many.limit', { limit: MOST })}</p>}
      </div>
      <section className={css.outcome} aria-labelledby="alike-outcome">
        <h2 id="alike-outcome">{t('alike.many.will')}</h2>
        {failed && <ErrorLine trouble={failed} />}
        {rule === null ? (
          <p className={css.quiet}>{t('alike.many.choose')}</p>
        ) : (
          <div role="status" className={css.groups}>
            {byOutcome(rows).map((group) => (
              <Group key={group.outcome} outcome={group.outcome} rows={group.rows} />
            ))}
          </div>
        )}
        <div className={css.foot}>
          <Button
            kind="primary"
            icon={ListChecks}
            isDisabled={count === 0 || preview.isFetching || settle.isPending}
            onPress={() => rule !== null && settle.mutate({ rule, likenesses, preview: false })}
          >
            {t('alike.many.do', { count })}
          </Button>
        </div>
      </section>
    </div>
  );
}

function Group({ outcome, rows }: { outcome: SettleOutcome; rows: SettleRow[] }) {
  const t = useT();
  const stays = outcome === 'undecided' || outcome === 'held';
  return (
    <section className={stays ? css.stays : undefined}>
      <h3>
        {stays && <TriangleAlert size={15} aria-hidden />}
        {t(`alike.outcome.${outcome}`, { count: rows.length })}
      </h3>
      <ul>
        {rows.slice(0, SHOWN).map(({ likeness }) => (
          <li key={likeness.seq}>
            {t(`alike.outcome.${outcome}.one`, {
              title: likeness.publication_title,
              other: likeness.other_title,
              ...byAge(likeness),
            })}
          </li>
        ))}
        {rows.length > SHOWN && <li>{t('watched.more', { count: rows.length - SHOWN })}</li>}
      </ul>
    </section>
  );
}
