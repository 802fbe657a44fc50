import { FileInput, MailCheck } from 'lucide-react';
import type { CarriedRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { usePortalName } from '../../pieces/usePortalName';
import { useAct } from '../../state/live';
import { useFormats, useT } from '../../text';
import css from './Carry.module.css';
import { fileName, shortened } from './files';
import { useChosenFile } from './useChosenFile';
import { useNewFile } from './useNewFile';
import { useOwnerName } from './useOwnerName';

/** Somebody else's package, brought to its portal over this PC's connection. */
export function Deliver({ carried }: { carried: CarriedRow[] }) {
  const t = useT();
  const ownerName = useOwnerName();
  const deliver = useAct('courier.deliver');
  const receipts = useAct('courier.receipts');
  const chosen = useChosenFile();
  const file = useNewFile('receipts', '.qalam-receipts');
  const failed = chosen.error ?? deliver.error ?? file.error ?? receipts.error;
  const written = receipts.data && receipts.variables;
  return (
    <section className={css.part} aria-labelledby="carry-deliver">
      <h2 id="carry-deliver">{t('carry.deliver')}</h2>
      <p className={css.quiet}>{t('carry.deliver.text')}</p>
      <div className={css.ways}>
        <Button
          icon={FileInput}
          isDisabled={deliver.isPending}
          onPress={() => chosen.choose((path) => deliver.mutate({ file: path }))}
        >
          {t('carry.deliver.choose')}
        </Button>
        {carried.some((row) => row.state === 'delivered') && (
          <Button
            icon={MailCheck}
            isDisabled={receipts.isPending}
            onPress={() => file.choose((to) => receipts.mutate({ to }))}
          >
            {t('carry.deliver.receipts')}
          </Button>
        )}
      </div>
      <div className={css.said} role="status">
        {deliver.isPending && <p className={css.quiet}>{t('carry.deliver.going')}</p>}
        {!failed && written ? (
          <p>
            {t('carry.deliver.receipts_done', {
              count: receipts.data.packages,
              file: fileName(written.to),
            })}
          </p>
        ) : (
          !failed &&
          deliver.data && <p>{t('carry.deliver.done', { owner: ownerName(deliver.data.owner) })}</p>
        )}
      </div>
      {failed && <ErrorLine trouble={failed} params={shortened(failed.params)} />}
      {carried.length > 0 && (
        <ul className={css.list} aria-label={t('carry.deliver.list')}>
          {carried.map((row) => (
            <Carried key={row.sha256} row={row} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Carried({ row }: { row: CarriedRow }) {
  const t = useT();
  const { bytes, recent } = useFormats();
  const portalName = usePortalName();
  const ownerName = useOwnerName();
  return (
    <li className={css.row}>
      <div className={css.main}>
        <span className={css.title}>{t('carry.deliver.of', { owner: ownerName(row.owner) })}</span>
        <span className={css.facts}>
          <bdi>{portalName(row.portal)}</bdi>
          <span>{t('carry.take.pieces', { count: row.entries })}</span>
          <span>{bytes(row.bytes)}</span>
        </span>
      </div>
      <span className={row.state === 'refused' ? css.bad : css.quiet}>
        {t(`carry.deliver.state.${row.state}`, { time: recent(row.at) })}
      </span>
      {row.reason && (
        <div className={css.all}>
          <ErrorLine
            quiet={row.state !== 'refused'}
            trouble={row.reason}
            params={{ portal: portalName(row.portal), file: row.package, package: row.package }}
          />
        </div>
      )}
    </li>
  );
}
