import { TriangleAlert, X } from 'lucide-react';
import type { Edited, Publication } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { useT } from '../../text';
import { useTold } from '../../text/failures';
import css from './Refusals.module.css';
import { ToldList } from './ToldList';
import type { Facts } from './useColumns';

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
        <ToldList
          strong
          summary={t('publications.refused', { count: refused.length })}
          count={refused.length}
          list={(told) =>
            told(
              refused.map((one) => ({
                id: `${one.publication}-${one.field}`,
                name: props.rows.find((row) => row.id === one.publication)?.title ?? '',
                words: [why(one)],
              })),
            )
          }
        />
      )}
      <Button kind="quiet" small icon={X} aria-label={t('common.action.close')} onPress={props.onForget} />
    </div>
  );
}
