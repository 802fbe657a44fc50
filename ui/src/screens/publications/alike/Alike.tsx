import { Check, ListChecks, ListOrdered, X } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import type { Likeness, Publication } from '../../../backend/wire';
import { Button } from '../../../parts/Button';
import { EmptyState } from '../../../parts/EmptyState';
import { ErrorLine } from '../../../parts/ErrorLine';
import { ScreenHead } from '../../../parts/Screen';
import { toast } from '../../../parts/toasts';
import { useAct, useLive } from '../../../state/live';
import { useFormats, useT } from '../../../text';
import type { Facts } from '../useColumns';
import css from './Alike.module.css';
import { Many } from './Many';
import { Pair } from './Pair';
import { type Way, waysOf } from './ways';

/** The desk gives so many at once. */
export const MOST = 1000;

/** Likely duplicates: what they are to each other and why, and what is to become of them, one by one or by a rule. */
export function Alike(props: { rows: Publication[]; facts: Facts; onClose: () => void }) {
  const t = useT();
  const { number } = useFormats();
  const [many, setMany] = useState(false);
  const page = useLive('publications.likenesses', { limit: MOST }, ['publications']);
  const { refetch: askAnew } = page;
  const all = page.data?.likenesses ?? [];
  const total = page.data?.total ?? 0;
  return (
    <section className={css.screen} aria-label={t('alike.label')}>
      <ScreenHead
        title={t('alike.title')}
        note={total === all.length ? number(total) : t('alike.first_of', { shown: all.length, total })}
      >
        {all.length > 1 && (
          <Button icon={many ? ListOrdered : ListChecks} onPress={() => setMany(!many)}>
            {t(many ? 'alike.one_by_one' : 'alike.many')}
          </Button>
        )}
        <Button icon={X} onPress={props.onClose}>
          {t('common.action.close')}
        </Button>
      </ScreenHead>
      {page.error && <ErrorLine trouble={page.error} />}
      {page.data && all.length === 0 ? (
        <EmptyState icon={Check} title={t('alike.none')} text={t('alike.none_help')}>
          <Button kind="primary" onPress={props.onClose}>
            {t('common.action.close')}
          </Button>
        </EmptyState>
      ) : many ? (
        // What was decided must not be asked once more for a moment.
        <Many all={all} onDone={() => void askAnew().then(() => setMany(false))} />
      ) : (
        <Pairs {...props} all={all} />
      )}
    </section>
  );
}

/** One after the other: arrows choose, a number decides. */
function Pairs({ all, ...props }: { all: Likeness[]; rows: Publication[]; facts: Facts }) {
  const t = useT();
  const { list } = useFormats();
  const [chosen, setChosen] = useState<number | null>(null);
  const at = Math.max(
    0,
    all.findIndex((one) => one.seq === chosen),
  );
  const told = (way: Way) => {
    toast(t(`alike.done.${way}`));
    // What was decided leaves the list: the next one takes its place.
    setChosen((all[at + 1] ?? all[at - 1])?.seq ?? null);
  };
  const settle = useAct('publications.settle', (_, { rule }) => rule !== 'ask' && told(rule));
  const remove = useAct('publications.remove', () => told('remove'));
  const busy = settle.isPending || remove.isPending;
  const failed = settle.error ?? remove.error;
  const here = all[at];
  if (!here) return null;
  const newcomer = props.rows.find((row) => row.id === here.publication);
  const other = props.rows.find((row) => row.id === here.other);
  const ways = waysOf(here).map((way) => ({
    way,
    held: way === 'attach' && (newcomer?.attached_to ?? 0) > 0,
  }));
  const decide = (way: Way) => {
    if (busy) return;
    if (way === 'remove') remove.mutate({ publication: here.publication });
    else settle.mutate({ rule: way, likenesses: [here.seq], preview: false });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const wanted = ways[Number(event.key) - 1];
    if (!wanted || wanted.held) return;
    event.preventDefault();
    decide(wanted.way);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the list hold beside it too
    <div className={css.panes} onKeyDown={onKeyDown}>
      <ListBox
        aria-label={t('alike.list')}
        className={css.list}
        selectionMode="single"
        selectionBehavior="replace"
        disallowEmptySelection
        autoFocus
        selectedKeys={[here.seq]}
        onSelectionChange={(keys) => {
          const [seq] = keys === 'all' ? [] : [...keys];
          if (seq !== undefined) setChosen(Number(seq));
        }}
        items={all.map((one) => ({ ...one, id: one.seq }))}
      >
        {(one) => (
          <ListBoxItem textValue={one.publication_title} className={css.question}>
            <span className={css.kind}>{t(`alike.kind.${one.kind}`)}</span>
            <bdi className={css.title}>{one.publication_title}</bdi>
            <span className={css.why}>{list(one.reasons.map((reason) => t(`alike.reason.${reason}`)))}</span>
          </ListBoxItem>
        )}
      </ListBox>
      <div className={css.beside}>
        {failed && <ErrorLine trouble={failed} />}
        <Pair
          one={here}
          newcomer={newcomer}
          other={other}
          facts={props.facts}
          ways={ways}
          busy={busy}
          onDecide={decide}
        />
      </div>
    </div>
  );
}
