import { FileText, FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { thumbnailUrl } from '../../backend';
import type { Publication } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { ErrorLine } from '../../parts/ErrorLine';
import { useLive } from '../../state/live';
import { go } from '../../state/screen';
import { nameIn, useVocabulary } from '../../state/vocabulary';
import { type MessageId, useFormats, useLang, useT } from '../../text';
import { useTold } from '../../text/failures';
import { cellText, isMissing } from './columns';
import css from './Facts.module.css';

const SHOWN = [
  'title',
  'authors',
  'corporate_author',
  'year',
  'languages',
  'publication_type',
  'licence',
  'doi',
  'isbn',
  'issn',
] as const;

/** Beside the table: the first page, what is known and where it was read, what is wrong, where it is used. */
export function Facts({ publication }: { publication: Publication }) {
  const t = useT();
  const { lang } = useLang();
  const formats = useFormats();
  const told = useTold();
  const vocabulary = useVocabulary();
  const opened = useLive('publications.open', { publication: publication.id }, ['publications', 'drafts'], {
    keep: false,
  });
  const [noPicture, setNoPicture] = useState(false);
  const shown = (field: (typeof SHOWN)[number]) => {
    if (field === 'languages')
      return formats.list(publication.languages.map((one) => formats.languageName(one)));
    if (field === 'publication_type') {
      const term = vocabulary?.publicationTypes.find((one) => one.id === publication.publication_type);
      return nameIn(term?.name, lang) || publication.publication_type;
    }
    if (field === 'licence') {
      const term = vocabulary?.licences.find((one) => one.id === publication.licence);
      return nameIn(term?.name, lang) || publication.licence;
    }
    // The institution has its own line here; in the table it stands in for missing authors.
    return field === 'authors' ? publication.authors.join('; ') : cellText(publication, field);
  };
  return (
    <div className={css.facts}>
      <div className={css.top}>
        {publication.has_thumbnail && !noPicture ? (
          <img
            className={css.page}
            src={thumbnailUrl(publication.id)}
            alt={t('publications.first_page', { title: publication.title || publication.name })}
            onError={() => setNoPicture(true)}
          />
        ) : (
          <span className={css.noPage}>
            <FileText size={40} strokeWidth={1.1} aria-hidden />
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
        {SHOWN.filter((field) => shown(field) !== '' || isMissing(publication, field)).map((field) => (
          <div key={field}>
            <dt>{t(`publications.field.${field}`)}</dt>
            <dd>
              {shown(field) ? (
                <bdi>{shown(field)}</bdi>
              ) : (
                <span className={css.absent}>{t('common.table.missing')}</span>
              )}
              {publication.origins[field] && shown(field) && (
                <span className={css.origin}>
                  {t(`publications.origin.${publication.origins[field]}` as MessageId)}
                </span>
              )}
            </dd>
          </div>
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
