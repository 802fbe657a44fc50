import { FolderInput } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { Select } from '../../parts/Select';
import { usePortalName } from '../../pieces/usePortalName';
import { useAct, useLive } from '../../state/live';
import { useT } from '../../text';
import css from './Carry.module.css';
import { useChosenFile } from './useChosenFile';

/** The other side of a hand-over: a folder another desk wrote goes into a portal, in training into the practice portal. */
export function TakeOver() {
  const t = useT();
  const portalName = usePortalName();
  const portals = useLive('portals.list', {}, ['portals']);
  const names = (portals.data?.portals ?? [])
    .filter((portal) => portal.kind !== 'wordpress')
    .map((portal) => portal.name);
  const [chosen, setChosen] = useState<string | null>(null);
  const portal = chosen ?? names[0];
  const take = useAct('handover.import');
  const folder = useChosenFile(true);
  const failed = folder.error ?? take.error;
  if (portal === undefined) return null;
  return (
    <section className={css.part} aria-labelledby="carry-over">
      <h2 id="carry-over">{t('carry.over')}</h2>
      <p className={css.quiet}>{t('carry.over.text')}</p>
      <div className={css.ways}>
        {names.length > 1 && (
          <Select
            label={t('carry.over.portal')}
            inline
            value={portal}
            onChange={setChosen}
            choices={names.map((id) => ({ id, label: portalName(id) }))}
          />
        )}
        <Button
          icon={FolderInput}
          mirror
          isDisabled={take.isPending}
          onPress={() => folder.choose((from) => take.mutate({ from, portal }))}
        >
          {t('carry.over.choose')}
        </Button>
      </div>
      <div className={css.said} role="status">
        {take.isPending && <p className={css.quiet}>{t('carry.over.going')}</p>}
        {take.data && !failed && (
          <p>
            {t('carry.over.done', {
              count: take.data.arrived,
              portal: portalName(take.variables?.portal ?? portal),
            })}
          </p>
        )}
      </div>
      {failed && <ErrorLine trouble={failed} params={{ portal: portalName(portal) }} />}
      {take.data?.problems.map((problem) => (
        <ErrorLine key={`${problem.code} ${problem.params.name}`} quiet trouble={problem} />
      ))}
    </section>
  );
}
