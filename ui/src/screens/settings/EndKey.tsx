import { useState } from 'react';
import type { KeyRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { Choose } from '../../parts/Choose';
import { ErrorLine } from '../../parts/ErrorLine';
import { useAct } from '../../state/live';
import { useT } from '../../text';
import css from './Settings.module.css';

/** Ends one's own key: why decides what becomes of what it signed. */
export function EndKey(props: { row: KeyRow; onDone: () => void }) {
  const t = useT();
  const [why, setWhy] = useState<string | null>(null);
  const end = useAct('keys.end', props.onDone);
  return (
    <div className={css.form}>
      <Choose
        label={t('proof.end.why')}
        value={why}
        onChange={setWhy}
        options={(['left', 'lost'] as const).map((id) => ({
          id,
          label: t(`proof.end.${id}`),
          more: t(`proof.end.${id}_text`),
        }))}
      />
      {end.error && <ErrorLine trouble={end.error} />}
      <div className={css.ways}>
        <Button
          kind="danger"
          isDisabled={why === null || end.isPending}
          onPress={() => end.mutate({ key: props.row.id, lost: why === 'lost' })}
        >
          {t('proof.end.now')}
        </Button>
        <Button onPress={props.onDone}>{t('common.action.cancel')}</Button>
      </div>
    </div>
  );
}
