import { Check, Info } from 'lucide-react';
import type { PortalRow } from '../../backend/wire';
import { useFormats, useRaw, useT } from '../../text';
import css from './Abilities.module.css';
import { abilities } from './abilities';

/** What a portal can do and where it ends, as it said at the last contact. */
export function Abilities({ portal }: { portal: PortalRow }) {
  const t = useT();
  const raw = useRaw();
  const formats = useFormats();
  const all = abilities(portal, formats, (id) => raw(id) !== undefined);
  if (all.length === 0) return null;
  return (
    <details className={css.abilities}>
      <summary>{t('settings.portal.can')}</summary>
      <ul>
        {all.map((one) => (
          <li key={one.id} data-limit={one.limit || undefined}>
            {one.limit ? <Info size={15} aria-hidden /> : <Check size={15} aria-hidden />}
            <span>{t(one.id, one.values)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
