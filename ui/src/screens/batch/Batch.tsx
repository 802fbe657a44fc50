import { ArrowLeft, BadgeCheck, CircleCheckBig } from 'lucide-react';
import { useState } from 'react';
import type { BatchRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { EmptyState } from '../../parts/EmptyState';
import { ErrorLine } from '../../parts/ErrorLine';
import { Field } from '../../parts/Field';
import { ScreenHead } from '../../parts/Screen';
import { toast } from '../../parts/toasts';
import { Unlock } from '../../pieces/Unlock';
import { useAct, useLive } from '../../state/live';
import { back } from '../../state/screen';
import { useT } from '../../text';
import css from './Batch.module.css';
import { Row } from './Row';

/** Everything that awaits approval, what needs a look first; one signature under what is chosen. */
export function Batch() {
  const t = useT();
  const list = useLive('review.batch', {}, ['drafts', 'review', 'settings']);
  // A text that is another one by now is not what was chosen.
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [words, setWords] = useState('');
  const sign = useAct('review.approve_batch', ({ releases }) => {
    setChosen(new Set());
    setWords('');
    toast(t('batch.done', { count: releases.length }));
  });
  const rows = list.data?.rows ?? [];
  const wanted = rows.filter((row) => chosen.has(row.release) && row.refused === null);
  const clean = rows.filter((row) => row.refused === null && row.findings.length === 0);
  const choose = (row: BatchRow, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(row.release);
    else next.delete(row.release);
    setChosen(next);
  };
  const act = () =>
    sign.mutate({
      pieces: wanted.map(({ draft, release }) => ({ draft, release })),
      ...(words.trim() ? { words } : {}),
    });
  return (
    <div className={css.screen}>
      <ScreenHead title={t('batch.title')} note={t('batch.note')}>
        <Button icon={ArrowLeft} mirror onPress={() => void back()}>
          {t('proof.back')}
        </Button>
      </ScreenHead>
      <div className={css.inside}>
        {list.error && <ErrorLine trouble={list.error} />}
        {list.data && rows.length === 0 && (
          <EmptyState icon={CircleCheckBig} title={t('batch.empty.title')} text={t('batch.empty.text')} />
        )}
        {rows.length > 0 && (
          <>
            <p className={css.text}>{t('batch.text')}</p>
            <div className={css.ways}>
              <Button small onPress={() => setChosen(new Set(clean.map((row) => row.release)))}>
                {t('batch.choose_clean')}
              </Button>
              <Button small kind="quiet" onPress={() => setChosen(new Set())}>
                {t('batch.choose_none')}
              </Button>
              <span role="status">{t('batch.chosen', { count: wanted.length })}</span>
            </div>
            <table className={css.table}>
              <thead>
                <tr>
                  <td className={css.pick} />
                  <th scope="col">{t('batch.column.piece')}</th>
                  <th scope="col">{t('batch.column.remarks')}</th>
                  <th scope="col">{t('batch.column.from')}</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Row
                    key={row.release}
                    row={row}
                    chosen={chosen.has(row.release)}
                    onChoose={(on) => choose(row, on)}
                  />
                ))}
              </tbody>
            </table>
          </>
        )}
      </div>
      {wanted.length > 0 && (
        <div className={css.foot}>
          {sign.error && (
            <ErrorLine trouble={sign.error}>
              {(sign.error.code === 'secrets_locked' || sign.error.code === 'no_secret_store') && (
                <Unlock onDone={act} />
              )}
            </ErrorLine>
          )}
          <Field label={t('batch.words')} value={words} onChange={setWords} />
          <div className={css.ways}>
            <span className={css.gap} />
            <Button kind="primary" icon={BadgeCheck} isDisabled={sign.isPending} onPress={act}>
              {t('batch.sign', { count: wanted.length })}
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
