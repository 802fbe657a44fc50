import { FilterX } from 'lucide-react';
import { memo, useMemo } from 'react';
import type { Publication } from '../../backend/wire';
import { Button } from '../../parts/Button';
import { SearchField } from '../../parts/Field';
import { Select } from '../../parts/Select';
import { useFormats, useT } from '../../text';
import css from './Filters.module.css';
import { isField, type Look } from './fields';
import type { Facts } from './useColumns';
import { type Filters as Chosen, type Count, counts, NONE } from './view';

const ANY = 'any-value';

/** What narrows the table: words, what is missing, year, language, kind; each with how many there are. */
export const Filters = memo(function Filters(props: {
  rows: Publication[];
  facts: Facts;
  words: string;
  onWords: (words: string) => void;
  filters: Chosen;
  onFilters: (filters: Chosen) => void;
}) {
  const t = useT();
  const formats = useFormats();
  const { rows, filters, facts } = props;
  const all = useMemo(() => counts(rows), [rows]);
  const kinds = useMemo(
    () => new Map(facts.choices('publication_type')?.map((one) => [one.id, one.label])),
    [facts],
  );
  const pick = (
    name: keyof Chosen,
    label: string,
    any: string,
    from: Count[],
    say: (id: string) => string,
    none: string,
  ) => (
    <div className={filters[name] === undefined ? css.pick : `${css.pick} ${css.active}`}>
      <Select
        label={label}
        labelHidden
        value={filters[name] ?? ANY}
        onChange={(id) => props.onFilters({ ...filters, [name]: id === ANY ? undefined : id })}
        choices={[
          { id: ANY, label: any },
          ...from.map(({ id, count }) => ({
            id,
            label: t('publications.filter.counted', { name: id === NONE ? none : say(id), count }),
          })),
        ]}
      />
    </div>
  );
  const narrowed = props.words !== '' || Object.values(filters).some((one) => one !== undefined);
  return (
    <search className={css.filters}>
      <div className={css.find}>
        <SearchField label={t('publications.find')} value={props.words} onChange={props.onWords} />
      </div>
      {pick(
        'todo',
        t('publications.filter.missing'),
        t('publications.filter.missing_any'),
        all.todo,
        (id) => {
          if (id === 'any') return t('publications.filter.something');
          return isField(id)
            ? t('publications.filter.without', { field: facts.label(id) })
            : t(`publications.filter.look.${id as 'look' | Look}`);
        },
        '',
      )}
      {pick(
        'year',
        facts.label('year'),
        t('publications.filter.year_any'),
        all.year,
        (id) => id,
        t('publications.filter.no_year'),
      )}
      {pick(
        'language',
        facts.label('languages'),
        t('publications.filter.language_any'),
        all.language,
        (id) => formats.languageName(id),
        t('publications.filter.no_language'),
      )}
      {pick(
        'kind',
        facts.label('publication_type'),
        t('publications.filter.kind_any'),
        all.kind,
        (id) => kinds.get(id) ?? id,
        t('publications.filter.no_kind'),
      )}
      {narrowed && (
        <Button
          kind="quiet"
          small
          icon={FilterX}
          onPress={() => {
            props.onWords('');
            props.onFilters({});
          }}
        >
          {t('publications.filter.all')}
        </Button>
      )}
    </search>
  );
});
