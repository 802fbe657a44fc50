import { FolderDown, FolderX, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { toast } from '../../parts/toasts';
import { useAct } from '../../state/live';
import { go } from '../../state/screen';
import { useWatched } from '../../state/watched';
import { useFormats, useT } from '../../text';
import css from './Offered.module.css';

/** What is new in the watched folder, offered in one line; nothing while there is nothing to say. */
export function Offered() {
  const t = useT();
  const formats = useFormats();
  const { offered, name } = useWatched();
  const [open, setOpen] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const anew = () => {
    setOpen(false);
    setLeft(new Set());
  };
  const take = useAct('publications.take_offered', anew);
  const decline = useAct('publications.decline_offered', anew);
  const files = useMemo(() => offered?.files ?? [], [offered]);
  const total = offered?.total ?? 0;

  if (offered?.reached === false) {
    return (
      <p className={css.away}>
        <FolderX size={16} aria-hidden />
        <span>{t('watched.away', { folder: name })}</span>
        <Button kind="quiet" small onPress={() => void go({ name: 'settings', section: 'watched' })}>
          {t('watched.open')}
        </Button>
      </p>
    );
  }
  if (!offered || offered.folder === null || total === 0) return null;

  const chosen = files.filter((file) => !left.has(file.path)).map((file) => file.path);
  // With nothing left out it is all of them, those beyond the told ones too.
  const all = chosen.length === files.length;
  const paths = all ? [] : chosen;
  const count = all ? total : chosen.length;
  const busy = take.isPending || decline.isPending;
  const failed = take.error ?? decline.error;
  return (
    <section className={css.offered} aria-label={t('watched.label')}>
      <div className={css.line}>
        <FolderDown size={17} aria-hidden className={css.sign} />
        <strong role="status">{t('watched.new', { count: total, folder: name })}</strong>
        <Button kind="quiet" small aria-expanded={open} onPress={() => setOpen(!open)}>
          {t(open ? 'watched.hide' : 'watched.which')}
        </Button>
        <div className={css.ways}>
          <Button
            kind="primary"
            small
            icon={FolderDown}
            isDisabled={busy || count === 0}
            onPress={() => take.mutate({ paths })}
          >
            {all ? t('watched.add', { count }) : t('watched.add_some', { count })}
          </Button>
          <Button
            kind="quiet"
            small
            icon={X}
            isDisabled={busy || count === 0}
            onPress={() =>
              decline.mutate({ paths }, { onSuccess: () => toast(t('watched.left', { count })) })
            }
          >
            {t('watched.leave')}
          </Button>
        </div>
      </div>
      {open && (
        <ul className={css.files}>
          {files.map((file) => (
            <li key={file.path}>
              <label>
                <input
                  type="checkbox"
                  checked={!left.has(file.path)}
                  onChange={(event) => {
                    const next = new Set(left);
                    if (event.currentTarget.checked) next.delete(file.path);
                    else next.add(file.path);
                    setLeft(next);
                  }}
                />
                <span className={css.name} title={file.path}>
                  <bdi>{file.name}</bdi>
                </span>
                <span>{formats.bytes(file.bytes)}</span>
              </label>
            </li>
          ))}
          {total > files.length && <li>{t('watched.more', { count: total - files.length })}</li>}
        </ul>
      )}
      {failed && <ErrorLine trouble={failed} />}
    </section>
  );
}
