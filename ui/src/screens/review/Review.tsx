import { CircleCheckBig, FileCheck, ListChecks } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../parts/Button';
import { EmptyState } from '../../parts/EmptyState';
import { ErrorLine } from '../../parts/ErrorLine';
import { ScreenHead } from '../../parts/Screen';
import { PieceList } from '../../pieces/PieceList';
import { useLive } from '../../state/live';
import { useMe } from '../../state/me';
import { go } from '../../state/screen';
import { useFormats, useT } from '../../text';
import { Decision } from './Decision';
import { Difference } from './Difference';
import css from './Review.module.css';

/** What awaits approval; what changed in it, word by word; the decision. */
export function Review(props: { draft?: string }) {
  const t = useT();
  const { number } = useFormats();
  const { profile } = useMe();
  const list = useLive('drafts.list', { state: 'in_review', limit: 200 }, ['drafts', 'review']);
  const [chosen, setChosen] = useState<string | null>(props.draft ?? null);
  const rows = list.data?.drafts ?? [];
  const row = rows.find((one) => one.id === chosen) ?? rows[0];
  if (list.data && rows.length === 0) {
    return (
      <div className={css.nothing}>
        <ScreenHead title={t('common.nav.review')}>
          <OpenFile />
        </ScreenHead>
        <EmptyState icon={CircleCheckBig} title={t('review.empty.title')} text={t('review.empty.text')} />
      </div>
    );
  }
  return (
    <div className={css.screen}>
      <div className={css.list}>
        <ScreenHead title={t('common.nav.review')} note={number(rows.length)}>
          {profile.role !== 'author' && rows.length > 1 && (
            <Button kind="quiet" small icon={ListChecks} onPress={() => void go({ name: 'batch' })}>
              {t('batch.title')}
            </Button>
          )}
          <OpenFile />
        </ScreenHead>
        {list.error && <ErrorLine trouble={list.error} />}
        <PieceList
          label={t('common.nav.review')}
          groups={[{ id: 'all', rows }]}
          chosen={row?.id ?? null}
          onChoose={setChosen}
          onOpen={(one) => setChosen(one.id)}
        />
      </div>
      {row && (
        <section className={css.work} aria-label={t('review.difference')}>
          <Difference key={row.id} draft={row.id} decides={profile.role !== 'author'} />
          <Decision key={`${row.id}-decision`} draft={row.id} role={profile.role} />
        </section>
      )}
    </div>
  );
}

/** A request, or a decision, that came by stick or e-mail. */
function OpenFile() {
  const t = useT();
  return (
    <Button kind="quiet" small icon={FileCheck} onPress={() => void go({ name: 'byfile' })}>
      {t('proof.by_file')}
    </Button>
  );
}
