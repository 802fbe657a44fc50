import { useMemo } from 'react';
import type { RowProblem } from '../../backend/wire';
import { useFormats, useT } from '../../text';
import { useTold } from '../../text/failures';
import { isField } from './fields';
import type { Facts } from './useColumns';

/** Values and problems of a sheet in words. */
export function useSaying(facts: Facts) {
  const t = useT();
  const told = useTold();
  const formats = useFormats();
  return useMemo(() => {
    const code = (field: string, one: string) => {
      if (field === 'languages') return formats.languageName(one);
      const choices = isField(field) ? facts.choices(field) : null;
      return choices?.find((choice) => choice.id === one)?.label ?? one;
    };
    return {
      value: (field: string, value: unknown): string => {
        if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return '—';
        if (Array.isArray(value)) return value.map((one) => code(field, String(one))).join('; ');
        return code(field, String(value));
      },
      wrong: ({ field, problem, near }: RowProblem): string => {
        const { what, next } = told(problem.code, problem.params, 'problem.');
        const about = field === '' ? '' : `${facts.label(field)}: `;
        const then =
          near.length > 0
            ? t('errors.problem.sheet_near', { near: near.map((one) => code(field, one)).join(' · ') })
            : next;
        return `${about}${what} ${then}`;
      },
    };
  }, [t, told, formats, facts]);
}
