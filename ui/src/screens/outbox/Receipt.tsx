import type { ReceiptRow } from '../../backend/wire';
import { usePortalName } from '../../pieces/usePortalName';
import { useFormats, useT } from '../../text';
import css from './Receipt.module.css';

/** What the portal said it stored: the proof that a piece has arrived. */
export function Receipt({ receipt }: { receipt: ReceiptRow }) {
  const t = useT();
  const formats = useFormats();
  const portalName = usePortalName();
  return (
    <details className={css.receipt}>
      <summary>{t('outbox.receipt', { time: formats.dateTime(receipt.received_at) })}</summary>
      <dl>
        <div>
          <dt>{t('outbox.receipt_portal')}</dt>
          <dd>
            <bdi>{portalName(receipt.portal)}</bdi>
          </dd>
        </div>
        <div>
          <dt>{t('outbox.receipt_address')}</dt>
          <dd dir="ltr">{receipt.url || receipt.remote_id}</dd>
        </div>
        <div>
          <dt>{t('outbox.receipt_files')}</dt>
          <dd>{formats.number(receipt.files.length)}</dd>
        </div>
        <div>
          <dt>{t('review.fingerprint')}</dt>
          <dd dir="ltr" className={css.exact}>
            {receipt.release}
          </dd>
        </div>
      </dl>
    </details>
  );
}
