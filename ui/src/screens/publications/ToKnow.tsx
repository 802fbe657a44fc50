import { ShieldAlert, TriangleAlert } from 'lucide-react';
import type { Publication, Warning } from '../../backend/wire';
import { useFormats, useT } from '../../text';
import { useTold } from '../../text/failures';
import css from './ToKnow.module.css';

/** What could not be read, and what a person should know before the file leaves: in words, each with the next step. */
export function ToKnow({ publication }: { publication: Publication }) {
  const t = useT();
  const told = useTold();
  const where = useWhere();
  const { problems, warnings } = publication;
  return (
    <>
      {problems.length > 0 && (
        <ul className={css.list}>
          {problems.map((problem) => {
            const named = { name: publication.name, ...problem.params };
            const { what, next } = told(problem.code, named, 'problem.');
            return (
              <li key={`${problem.code}-${problem.subject}`}>
                <TriangleAlert size={16} aria-hidden />
                <span>
                  <strong>{what}</strong> {next}
                </span>
              </li>
            );
          })}
        </ul>
      )}
      {warnings.length > 0 && (
        <section aria-labelledby="to-know">
          <h3 id="to-know" className={css.heading}>
            {t('publications.warnings')}
          </h3>
          <ul className={css.list}>
            {warnings.map((warning) => {
              const place = where(warning);
              const { what, next } = told(`warning.${warning.code}`, { place });
              return (
                <li key={`${warning.code}-${warning.place_kind}-${warning.place}`}>
                  <ShieldAlert size={16} aria-hidden />
                  <span>
                    <strong>{what}</strong> {place !== '' && !what.includes(place) && `(${place}) `}
                    {next}
                  </span>
                </li>
              );
            })}
          </ul>
        </section>
      )}
    </>
  );
}

/** The place of a warning in words; empty for the whole file. */
function useWhere(): (warning: Warning) => string {
  const t = useT();
  const formats = useFormats();
  return ({ place, place_kind }) => {
    if (place === '' || place_kind === 'file') return '';
    if (place_kind === 'sheet') return t('publications.warning.sheet', { place });
    if (place_kind !== 'page') return place;
    const page = Number(place);
    return t('publications.warning.page', { page: Number.isNaN(page) ? place : formats.number(page) });
  };
}
