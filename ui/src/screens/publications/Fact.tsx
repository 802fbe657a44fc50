import { Check, Pencil } from 'lucide-react';
import { useState } from 'react';
import type { Publication } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { CellEditor } from '../../parts/CellEditor';
import { useFormats, useT } from '../../text';
import css from './Facts.module.css';
import { type Field, isDoubtful, isMissing, plain } from './fields';
import type { Facts as Known } from './useColumns';

/** One fact: its value, where it was read, and a press on it corrects it. */
export function Fact(props: {
  field: Field;
  publication: Publication;
  facts: Known;
  onCorrect: (field: Field, value: string) => void;
  onAccept: (field: Field) => void;
}) {
  const t = useT();
  const formats = useFormats();
  const { field, publication, facts } = props;
  const [editing, setEditing] = useState(false);
  const value = facts.text(publication, field);
  const missing = isMissing(publication, field);
  const from = value ? facts.from(publication, field) : '';
  const doubtful = isDoubtful(publication, field);
  const sure = publication.confidence[field];
  const choices = facts.choices(field);
  return (
    <div>
      <dt>{facts.label(field)}</dt>
      <dd>
        {editing ? (
          <CellEditor
            label={facts.label(field)}
            kind={choices ? { choices } : 'text'}
            start={choices ? plain(publication, field) : value}
            onLeave={(given) => {
              setEditing(false);
              if (given !== null && given !== (choices ? plain(publication, field) : value)) {
                props.onCorrect(field, given);
              }
            }}
          />
        ) : (
          <button type="button" className={css.fact} onClick={() => setEditing(true)}>
            <span className={doubtful ? css.doubt : undefined}>
              {value ? (
                <bdi>{value}</bdi>
              ) : (
                <span className={missing ? css.absent : css.none}>
                  {missing ? t('common.table.missing') : t('publications.not_said')}
                </span>
              )}
            </span>
            <Pencil size={13} aria-label={t('publications.correct')} />
          </button>
        )}
        {from && (
          <span
            className={css.origin}
            title={
              sure === undefined ? undefined : t('publications.sure', { share: formats.percent(sure / 100) })
            }
          >
            {doubtful ? t('publications.from_doubtful', { from }) : from}
          </span>
        )}
        {doubtful && !editing && (
          <Button
            kind="quiet"
            small
            icon={Check}
            aria-label={t('publications.accept_named', { field: facts.label(field) })}
            onPress={() => props.onAccept(field)}
          >
            {t('publications.accept')}
          </Button>
        )}
      </dd>
    </div>
  );
}
