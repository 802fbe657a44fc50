import { Check, Eye } from 'lucide-react';
import { useMemo } from 'react';
import type { Publication } from '../../backend/wire';
import type { Column } from '../../parts/columns';
import type { Choice } from '../../parts/Select';
import { nameIn, useVocabulary } from '../../state/vocabulary';
import { type MessageId, useFormats, useLang, useT } from '../../text';
import { type Field, isDoubtful, isMissing, LOOKS, looks, missingFields, plain } from './fields';
import css from './Publications.module.css';

/** How each fact reads and is corrected, in the language of the interface. */
export interface Facts {
  label: (field: string) => string;
  text: (row: Publication, field: Field) => string;
  choices: (field: Field) => Choice[] | null;
  /** Why a person should look at a value; `null` when there is no doubt. */
  doubt: (row: Publication, field: Field) => string | null;
  /** Where a value came from, in words; empty when nobody knows. */
  from: (row: Publication, field: Field) => string;
}

export function useFacts(): Facts {
  const t = useT();
  const { lang } = useLang();
  const formats = useFormats();
  const vocabulary = useVocabulary();
  return useMemo(() => {
    const named = (terms: { id: string; name: Parameters<typeof nameIn>[0] }[] | undefined) =>
      (terms ?? []).map(({ id, name }) => ({ id, label: nameIn(name, lang) }));
    const lists: Partial<Record<Field, Choice[]>> = {
      publication_type: named(vocabulary?.publicationTypes),
      licence: named(vocabulary?.licences),
    };
    const names = new Map(
      Object.entries(lists).map(([field, terms]) => [
        field,
        new Map(terms?.map((term) => [term.id, term.label])),
      ]),
    );
    const from = (row: Publication, field: Field) => {
      const source = row.sources[field] ?? row.origins[field];
      return source ? t(`publications.source.${source}` as MessageId) : '';
    };
    return {
      label: (field) => t(`publications.field.${field}` as MessageId),
      text: (row, field) => {
        if (field === 'languages') return row.languages.map((one) => formats.languageName(one)).join('; ');
        const text = plain(row, field);
        return names.get(field)?.get(text) ?? text;
      },
      choices: (field) => lists[field] ?? null,
      doubt: (row, field) => {
        if (!isDoubtful(row, field)) return null;
        return `${t('publications.doubtful')}: ${from(row, field)}`;
      },
      from,
    };
  }, [t, lang, formats, vocabulary]);
}

export function useColumns(facts: Facts): Column<Publication>[] {
  const t = useT();
  const formats = useFormats();
  return useMemo(() => {
    const fact = (field: Field, width: string, more: Partial<Column<Publication>> = {}) => ({
      id: field,
      label: facts.label(field),
      width,
      read: (row: Publication) => facts.text(row, field),
      start: (row: Publication) => (facts.choices(field) ? plain(row, field) : facts.text(row, field)),
      missing: (row: Publication) => isMissing(row, field) && plain(row, field) === '',
      doubt: (row: Publication) => facts.doubt(row, field),
      edit: facts.choices(field) ? { choices: facts.choices(field) ?? [] } : ('text' as const),
      sortable: true,
      ...more,
    });
    const toDo = (row: Publication): string[] => {
      const count = missingFields(row).length;
      const look = LOOKS.filter((one) => looks(row, one));
      const missing = t('publications.missing_count', { count });
      const told = look.map((one) => t(`publications.filter.look.${one}`));
      if (count > 0) return [missing, ...told];
      return told.length > 0 ? told : [t('publications.complete')];
    };
    const columns: Column<Publication>[] = [
      {
        id: 'missing',
        label: t('publications.field.missing'),
        width: '104px',
        sortable: true,
        read: (row) => toDo(row).join(', '),
        show: (row) => {
          const missing = missingFields(row);
          const look = LOOKS.filter((one) => looks(row, one));
          const told = toDo(row).join(', ');
          if (missing.length === 0 && look.length === 0) {
            return (
              <span className={css.complete}>
                <Check size={16} aria-hidden />
                <span className={css.heard}>{told}</span>
              </span>
            );
          }
          return (
            <span className={css.todo} title={[...missing.map(facts.label), told].join(' · ')}>
              {missing.length > 0 ? (
                <span aria-hidden>{t('publications.missing_count', { count: missing.length })}</span>
              ) : (
                <Check size={16} aria-hidden className={css.complete} />
              )}
              {look.length > 0 && <Eye size={15} aria-hidden />}
              <span className={css.heard}>{told}</span>
            </span>
          );
        },
      },
      fact('title', 'minmax(210px, 3fr)', {
        show: (row) => (
          <bdi className={css.title} title={row.title}>
            {row.title}
          </bdi>
        ),
      }),
      fact('corporate_author', 'minmax(110px, 1.3fr)'),
      fact('authors', 'minmax(96px, 1.1fr)', { from: 1050 }),
      fact('year', '68px', { end: true }),
      fact('languages', 'minmax(84px, 0.7fr)'),
      fact('publication_type', 'minmax(96px, 1fr)'),
      fact('licence', 'minmax(88px, 1fr)'),
      {
        id: 'name',
        label: t('publications.field.file'),
        width: 'minmax(120px, 1.1fr)',
        from: 1200,
        read: (row) => row.name,
        show: (row) => <bdi className={css.file}>{row.name}</bdi>,
        sortable: true,
      },
      {
        id: 'bytes',
        label: t('publications.field.size'),
        width: '86px',
        from: 1300,
        end: true,
        read: (row) => formats.bytes(row.bytes),
        sortable: true,
      },
    ];
    return columns;
  }, [t, facts, formats]);
}
