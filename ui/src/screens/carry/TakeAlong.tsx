import { PackagePlus } from 'lucide-react';
import { useState } from 'react';
import type { PackageRow } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Select } from '../../parts/Select';
import { usePortalName } from '../../pieces/usePortalName';
import { useAct, useLive } from '../../state/live';
import { useFormats, useT } from '../../text';
import css from './Carry.module.css';
import { fileName } from './files';
import { KeyFile } from './KeyFile';
import { Package } from './Package';
import { useNewFile } from './useNewFile';

/** What waits for a portal, into one sealed file. */
export function TakeAlong({ packages }: { packages: PackageRow[] }) {
  const t = useT();
  const { bytes } = useFormats();
  const portalName = usePortalName();
  const portals = useLive('portals.list', {}, ['portals']);
  const names = (portals.data?.portals ?? []).map((portal) => portal.name);
  const [chosen, setChosen] = useState<string | null>(null);
  const portal = chosen ?? (names.length === 1 ? names[0] : undefined);
  const write = useAct('courier.export');
  const file = useNewFile('package', '.qalam-courier');
  const failed = file.error ?? write.error;
  const done = write.data;
  return (
    <section className={css.part} aria-labelledby="carry-take">
      <h2 id="carry-take">{t('carry.take')}</h2>
      <p className={css.quiet}>{t('carry.take.text')}</p>
      <div className={css.ways}>
        {names.length > 1 && (
          <Select
            label={t('carry.take.portal')}
            inline
            value={chosen}
            onChange={setChosen}
            choices={names.map((id) => ({ id, label: portalName(id) }))}
          />
        )}
        <Button
          kind="primary"
          icon={PackagePlus}
          isDisabled={write.isPending || (names.length > 1 && chosen === null)}
          onPress={() => file.choose((to) => write.mutate({ to, portal }))}
        >
          {t('carry.take.write')}
        </Button>
      </div>
      <div className={css.said} role="status">
        {write.isPending && <p className={css.quiet}>{t('carry.take.writing')}</p>}
        {done && !failed && (
          <p>
            {t('carry.take.written', {
              count: done.entries.length,
              file: fileName(done.file),
              size: bytes(done.bytes),
            })}
          </p>
        )}
      </div>
      {failed && (
        <ErrorLine
          trouble={failed}
          params={failed.params.portal ? { portal: portalName(failed.params.portal) } : undefined}
        >
          {failed.code === 'courier_key_missing' && failed.params.portal && (
            <KeyFile portal={failed.params.portal} />
          )}
        </ErrorLine>
      )}
      {done?.left.map(
        (left) =>
          left.reason && (
            <ErrorLine key={left.draft} quiet trouble={left.reason} params={{ name: left.title }} />
          ),
      )}
      {packages.length > 0 && (
        <ul className={css.list} aria-label={t('carry.take.list')}>
          {packages.map((one) => (
            <Package key={one.id} row={one} />
          ))}
        </ul>
      )}
    </section>
  );
}
