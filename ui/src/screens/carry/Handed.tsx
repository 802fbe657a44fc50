import { Check, Undo2 } from 'lucide-react';
import type { HandoverRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { useAct } from '../../state/live';
import { useFormats, useT } from '../../text';
import css from './Carry.module.css';
import { fileName } from './files';

/** A piece that was handed over. It counts as arrived when a person says so. */
export function Handed({ row }: { row: HandoverRow }) {
  const t = useT();
  const { recent } = useFormats();
  const confirm = useAct('handover.confirm');
  const title = row.title || t('common.untitled');
  return (
    <li className={css.row}>
      <div className={css.main}>
        <span className={css.title} dir="auto">
          {title}
        </span>
        <span className={css.facts}>
          <bdi>{fileName(row.place)}</bdi>
          <span>{t('carry.hand.made', { time: recent(row.made_at) })}</span>
          {row.confirmed_at && (
            <span className={css.good}>
              {t('carry.hand.confirmed', { by: row.confirmed_by ?? '', time: recent(row.confirmed_at) })}
            </span>
          )}
        </span>
      </div>
      {row.confirmed_at ? (
        <Button
          small
          kind="quiet"
          icon={Undo2}
          mirror
          aria-label={t('carry.hand.undo_of', { title })}
          onPress={() => confirm.mutate({ id: row.id, has: false })}
        >
          {t('carry.hand.undo')}
        </Button>
      ) : (
        <Button
          small
          icon={Check}
          aria-label={t('carry.hand.confirm_of', { title })}
          onPress={() => confirm.mutate({ id: row.id, has: true })}
        >
          {t('carry.hand.confirm')}
        </Button>
      )}
      {confirm.error && (
        <div className={css.all}>
          <ErrorLine trouble={confirm.error} />
        </div>
      )}
    </li>
  );
}
