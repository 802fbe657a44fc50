import { TriangleAlert, X } from 'lucide-react';
import type { Edited, Publication } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { useT } from '../../text';
import { useTold } from '../../text/failures';
import css from './Refusals.module.css';
import type { Facts } from './useColumns';

const SHOWN = 50;

/** Which cells stayed as they were, and why: until the next step, or until it is put away. */
export function Refusals(props: {
  refused: Edited['refused'];
  rows: Publication[];
  facts: Facts;
  onForget: () => void;
}) {
  const t = useT();
  const told = useTold();
  const { refused } = props;
  if (refused.length === 0) return null;
  const why = (one: Edited['refused'][number]) => {
    const { what, next } = told(one.failure.code, {
      ...one.failure.params,
      ...(one.failure.code === 'value_changed' && { field: props.facts.label(one.field) }),
    });
    return `${what} ${next}`;
  };
  const first = refused[0];
  return (
    <div className={css.refusals} role="alert">
      <TriangleAlert size={17} aria-hidden className={css.sign} />
      {refused.length === 1 && first ? (
        <p>
          <strong>{t('publications.refused', { count: 1 })}</strong> {why(first)}
        </p>
      ) : (
        <details>
          <summary>
            <strong>{t('publications.refused', { count: refused.length })}</strong>
          </summary>
          <ul>
            {refused.slice(0, SHOWN).map((one) => (
              <li key={`${one.publication}-${one.field}`}>
                <bdi>{props.rows.find((row) => row.id === one.publication)?.title}</bdi>
                <span>{why(one)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <Button kind="quiet" small icon={X} aria-label={t('common.action.close')} onPress={props.onForget} />
    </div>
  );
}
