import { Check, Files, X } from 'lucide-react';
import { useState } from 'react';
import type { Likeness, LikeRule } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { EmptyState } from '../../parts/EmptyState';
import { ErrorLine } from '../../parts/ErrorLine';
import { ScreenHead } from '../../parts/Screen';
import { toast } from '../../parts/toasts';
import { useAct, useLive } from '../../state/live';
import { useFormats, useT } from '../../text';
import css from './SheetPanel.module.css';

const RULES = ['keep_both', 'keep_newest', 'attach'] as const satisfies readonly LikeRule[];
const SHOWN = 200;

/** Likely duplicates, one below the other: what they are to each other and why, and what is to become of them. */
export function Alike(props: { onClose: () => void }) {
  const t = useT();
  const page = useLive('publications.likenesses', { limit: SHOWN }, ['publications']);
  const settle = useAct('publications.settle', ({ rows }) =>
    toast(t('publications.alike.done', { count: rows.length })),
  );
  const rows = page.data?.likenesses ?? [];
  const failed = page.error ?? settle.error;
  return (
    <section className={css.panel} aria-label={t('publications.alike.label')}>
      <ScreenHead title={t('publications.alike.title')}>
        <Button icon={X} onPress={props.onClose}>
          {t('common.action.close')}
        </Button>
      </ScreenHead>
      <div className={css.body}>
        {failed && <ErrorLine trouble={failed} />}
        {page.data && rows.length === 0 && <EmptyState icon={Check} title={t('publications.alike.none')} />}
        <ul className={css.pairs}>
          {rows.map((one) => (
            <Pair
              key={one.seq}
              one={one}
              onSettle={(rule) => settle.mutate({ rule, likenesses: [one.seq], preview: false })}
            />
          ))}
        </ul>
      </div>
      {rows.length > 1 && (
        <AllOf
          total={page.data?.total ?? 0}
          onSettle={(rule) => settle.mutate({ rule, likenesses: [], preview: false })}
        />
      )}
    </section>
  );
}

function Pair({ one, onSettle }: { one: Likeness; onSettle: (rule: LikeRule) => void }) {
  const t = useT();
  const formats = useFormats();
  const why = one.reasons.map((reason) => t(`publications.alike.reason.${reason}`));
  const text =
    one.alike !== null && t('publications.alike.text', { share: formats.percent(one.alike / 100) });
  return (
    <li>
      <p className={css.kind}>
        <strong>{t(`publications.alike.kind.${one.kind}`)}</strong> {formats.list(why)}
        {text && <> · {text}</>}
      </p>
      <bdi className={css.name}>{one.publication_title}</bdi>
      <bdi className={css.other}>{one.other_title}</bdi>
      <div className={css.ways}>
        {RULES.filter((rule) => one.other !== null || rule === 'keep_both').map((rule) => (
          <Button key={rule} small onPress={() => onSettle(rule)}>
            {t(`publications.alike.${rule}`)}
          </Button>
        ))}
      </div>
    </li>
  );
}

/** One rule for all of them: first what it would do, then doing it. */
function AllOf(props: { total: number; onSettle: (rule: LikeRule) => void }) {
  const t = useT();
  const [rule, setRule] = useState<LikeRule | null>(null);
  const preview = useLive(
    'publications.settle',
    { rule: rule ?? 'ask', likenesses: [], preview: true },
    ['publications'],
    { when: rule !== null },
  );
  const ends = preview.data?.rows.map((row) => row.outcome) ?? [];
  const count = (outcome: (typeof ends)[number]) => ends.filter((one) => one === outcome).length;
  const [kept, newer, attached] = [count('kept_both'), count('superseded'), count('attached')];
  return (
    <div className={css.foot}>
      <span>{t('publications.alike.all', { count: props.total })}</span>
      {RULES.map((one) => (
        <Button key={one} small icon={Files} aria-pressed={rule === one} onPress={() => setRule(one)}>
          {t(`publications.alike.${one}`)}
        </Button>
      ))}
      {rule !== null && preview.data && (
        <>
          <span role="status">
            {t('publications.alike.preview', {
              kept,
              newer,
              attached,
              left: ends.length - kept - newer - attached,
            })}
          </span>
          <Button kind="primary" small onPress={() => props.onSettle(rule)}>
            {t('publications.alike.do')}
          </Button>
        </>
      )}
    </div>
  );
}
