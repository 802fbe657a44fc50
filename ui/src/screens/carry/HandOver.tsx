import { FolderOutput } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../parts/Button';
import { Choose } from '../../parts/Choose';
import { ErrorLine } from '../../parts/ErrorLine';
import { Select } from '../../parts/Select';
import { useAct, useLive } from '../../state/live';
import { useFormats, useT } from '../../text';
import css from './Carry.module.css';
import { fileName, stamped } from './files';
import { Handed } from './Handed';
import { useChosenFile } from './useChosenFile';

/** Largest zips to choose from, in MB: what widespread mailboxes take. */
const SIZES = [5, 10, 20];

/** Approved pieces as pages for an editor, whose portal cannot be connected. */
export function HandOver() {
  const t = useT();
  const { bytes } = useFormats();
  const [zips, setZips] = useState(false);
  const [size, setSize] = useState(10);
  const write = useAct('handover.export');
  const list = useLive('handover.list', {}, ['outbox', 'drafts']);
  const folder = useChosenFile(true);
  const failed = folder.error ?? write.error ?? list.error;
  const handed = list.data?.handovers ?? [];
  const begin = (to: string) =>
    write.mutate({ to, name: stamped('handover'), max_mb: zips ? size : undefined });
  return (
    <section className={css.part} aria-labelledby="carry-hand">
      <h2 id="carry-hand">{t('carry.hand')}</h2>
      <p className={css.quiet}>{t('carry.hand.text')}</p>
      <div className={css.two}>
        <Choose
          label={t('carry.hand.shape')}
          row
          value={zips ? 'zips' : 'folder'}
          onChange={(shape) => setZips(shape === 'zips')}
          options={[
            { id: 'folder', label: t('carry.hand.folder') },
            { id: 'zips', label: t('carry.hand.zips') },
          ]}
        />
        <Select
          label={t('carry.hand.size')}
          value={String(size)}
          isDisabled={!zips}
          onChange={(id) => setSize(Number(id))}
          choices={SIZES.map((mb) => ({ id: String(mb), label: bytes(mb * 1_000_000) }))}
        />
      </div>
      <div className={css.ways}>
        <Button icon={FolderOutput} mirror isDisabled={write.isPending} onPress={() => folder.choose(begin)}>
          {t('carry.hand.write')}
        </Button>
      </div>
      <div className={css.said} role="status">
        {write.isPending && <p className={css.quiet}>{t('carry.hand.writing')}</p>}
        {write.data && !failed && (
          <p>
            {t('carry.hand.done', { count: write.data.items.length, place: fileName(write.data.to) })}{' '}
            {write.data.parts.length > 0 && t('carry.hand.parts', { count: write.data.parts.length })}
          </p>
        )}
      </div>
      {failed && <ErrorLine trouble={failed} />}
      {write.data?.problems.map((problem) => (
        <ErrorLine key={problem.params.name} quiet trouble={problem} />
      ))}
      {handed.length > 0 && (
        <ul className={css.list} aria-label={t('carry.hand.list')}>
          {handed.map((row) => (
            <Handed key={row.id} row={row} />
          ))}
        </ul>
      )}
    </section>
  );
}
