import { FileText, FolderOpen, Pencil } from 'lucide-react';
import { useEffect, useState } from 'react';
import { thumbnailUrl } from '../../backend';
import type { Publication } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { CellEditor } from '../../parts/CellEditor';
import { ErrorLine } from '../../parts/ErrorLine';
import { useLive } from '../../state/live';
import { go } from '../../state/screen';
import { type MessageId, useFormats, useT } from '../../text';
import { useTold } from '../../text/failures';
import css from './Facts.module.css';
import { FIELDS, type Field, isDoubtful, isMissing, plain } from './fields';
import type { Facts as Known } from './useColumns';

/** While somebody runs through the rows, the text of a file is asked for only where they stop, in milliseconds. */
const STOPPED_MS = 180;

/** Beside the table: the first page, what is known and where it was read, what is wrong, where it is used. */
export function Facts(props: {
  publication: Publication;
  facts: Known;
  onCorrect: (field: Field, value: string) => void;
}) {
  const t = useT();
  const formats = useFormats();
  const told = useTold();
  const { publication, facts } = props;
  const [stopped, setStopped] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setStopped(true), STOPPED_MS);
    return () => clearTimeout(timer);
  }, []);
  const opened = useLive('publications.open', { publication: publication.id }, ['publications', 'drafts'], {
    keep: false,
    when: stopped,
  });
  const [noPicture, setNoPicture] = useState(false);
  return (
    <div className={css.facts}>
      <div className={css.top}>
        {stopped && publication.has_thumbnail && !noPicture ? (
          <img
            className={css.page}
            src={thumbnailUrl(publication.id)}
            alt={t('publications.first_page', { title: publication.title || publication.name })}
            onError={() => setNoPicture(true)}
          />
        ) : (
          <span className={css.noPage}>
            {!publication.has_thumbnail && <FileText size={40} strokeWidth={1.1} aria-hidden />}
          </span>
        )}
        <div className={css.file}>
          <h2 className={css.title} dir="auto">
            {publication.title || publication.name}
          </h2>
          <p dir="auto">{publication.name}</p>
          <p>
            {formats.bytes(publication.bytes)}
            {publication.pages !== null && <> · {t('publications.pages', { count: publication.pages })}</>}
          </p>
          {publication.state !== 'readable' && (
            <p className={css.state}>{t(`publications.state.${publication.state}` as MessageId)}</p>
          )}
        </div>
      </div>
      {publication.problems.length > 0 && (
        <ul className={css.problems}>
          {publication.problems.map((problem) => {
            const { what, next } = told(
              problem.code,
              { name: publication.name, ...problem.params },
              'problem.',
            );
            return (
              <li key={`${problem.code}-${problem.subject}`}>
                <strong>{what}</strong> {next}
              </li>
            );
          })}
        </ul>
      )}
      <dl className={css.list}>
        {FIELDS.map((field) => (
          <Fact
            key={field}
            field={field}
            publication={publication}
            facts={facts}
            onCorrect={props.onCorrect}
          />
        ))}
        <div>
          <dt>{t('publications.field.path')}</dt>
          <dd className={css.path} dir="ltr">
            <FolderOpen size={14} aria-hidden /> {publication.path}
          </dd>
        </div>
      </dl>
      {opened.error && <ErrorLine trouble={opened.error} />}
      {opened.data && opened.data.drafts.length > 0 && (
        <section>
          <h3 className={css.heading}>{t('publications.used_in')}</h3>
          <ul className={css.used}>
            {opened.data.drafts.map((draft) => (
              <li key={draft.id}>
                <Button kind="quiet" small onPress={() => void go({ name: 'editor', draft: draft.id })}>
                  <bdi>{draft.title || t('common.untitled')}</bdi>
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {opened.data?.text && (
        <details className={css.text}>
          <summary>{t('publications.text', { count: publication.text_chars })}</summary>
          <p dir="auto">{opened.data.text.slice(0, 4000)}</p>
        </details>
      )}
    </div>
  );
}

/** One fact: its value, where it was read, and a press on it corrects it. */
function Fact(props: {
  field: Field;
  publication: Publication;
  facts: Known;
  onCorrect: (field: Field, value: string) => void;
}) {
  const t = useT();
  const { field, publication, facts } = props;
  const [editing, setEditing] = useState(false);
  const value = facts.text(publication, field);
  const missing = isMissing(publication, field);
  const origin = value ? publication.origins[field] : undefined;
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
            <span className={isDoubtful(publication, field) ? css.doubt : undefined}>
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
        {origin && <span className={css.origin}>{t(`publications.origin.${origin}` as MessageId)}</span>}
      </dd>
    </div>
  );
}
