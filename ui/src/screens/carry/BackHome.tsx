import { MailOpen } from 'lucide-react';
import type { ImportedReceipts } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { useAct } from '../../state/live';
import { useT } from '../../text';
import css from './Carry.module.css';
import { shortened } from './files';
import { useChosenFile } from './useChosenFile';

/** The portal's receipts, brought back by whoever delivered. */
export function BackHome() {
  const t = useT();
  const read = useAct('courier.import');
  const file = useChosenFile();
  const failed = file.error ?? read.error;
  return (
    <section className={css.part} aria-labelledby="carry-back">
      <h2 id="carry-back">{t('carry.back_home')}</h2>
      <p className={css.quiet}>{t('carry.back_home.text')}</p>
      <div className={css.ways}>
        <Button
          icon={MailOpen}
          isDisabled={read.isPending}
          onPress={() => file.choose((path) => read.mutate({ file: path }))}
        >
          {t('carry.back_home.read')}
        </Button>
      </div>
      <div className={css.said} role="status">
        {read.data && !failed && <Told imported={read.data} />}
      </div>
      {failed && <ErrorLine trouble={failed} params={shortened(failed.params)} />}
      {!failed &&
        read.data?.problems.map((problem, index) => (
          <ErrorLine key={problem.params.package ?? index} quiet trouble={problem} />
        ))}
    </section>
  );
}

function Told({ imported }: { imported: ImportedReceipts }) {
  const t = useT();
  const received = imported.entries.filter((entry) => entry.state === 'received').length;
  return (
    <p>
      {t('carry.back_home.done', { received })}{' '}
      {imported.foreign > 0 && t('carry.back_home.others', { count: imported.foreign })}
    </p>
  );
}
