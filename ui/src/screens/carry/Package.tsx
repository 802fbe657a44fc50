import type { PackageRow } from '../../backend/wire';
import { ErrorLine } from '../../parts/ErrorLine';
import { usePortalName } from '../../pieces/usePortalName';
import { useFormats, useT } from '../../text';
import css from './Carry.module.css';
import { fileName } from './files';
import { ParcelWord } from './ParcelWord';

/** A package of this desk and what became of the pieces in it. */
export function Package({ row }: { row: PackageRow }) {
  const t = useT();
  const { bytes, recent } = useFormats();
  const portalName = usePortalName();
  return (
    <li className={css.row}>
      <div className={css.main}>
        <bdi className={css.title}>{fileName(row.file)}</bdi>
        <span className={css.facts}>
          <bdi>{portalName(row.portal)}</bdi>
          <span>{t('carry.take.pieces', { count: row.entries.length })}</span>
          <span>{bytes(row.bytes)}</span>
        </span>
      </div>
      <span className={css.quiet}>
        {row.answered_at
          ? t('carry.take.answered', { time: recent(row.answered_at) })
          : t('carry.take.travelling', { time: recent(row.created_at) })}
      </span>
      {row.answered_at && (
        <ul className={css.pieces}>
          {row.entries.map((entry) => (
            <li key={entry.draft}>
              <span dir="auto">{entry.title || t('common.untitled')}</span>
              <ParcelWord state={entry.state} />
              {entry.reason && (
                <ErrorLine
                  quiet
                  trouble={entry.reason}
                  params={{ title: entry.title, portal: portalName(row.portal) }}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
