import { useQuery } from '@tanstack/react-query';
import type { Names, Term } from '../../../state/vocabulary';

/** One field of a content type, as `content_types.json` describes it. */
export interface FieldSpec {
  key: string;
  label: Names;
  help?: Names;
  type: string;
  required: 'draft' | 'submit' | 'conditional' | 'no';
  cardinality: string;
  localized: boolean;
  vocabulary?: string | null;
  rules?: FieldRules | null;
}

export interface FieldRules {
  max_length?: number;
  pattern?: string;
  show_hijri?: boolean;
  min?: number;
  max_years_ahead?: number;
  mime?: string[];
}

/** How many values a field takes: `1`, `0..1`, `1..3`, `0..n`. */
export function mostValues(cardinality: string): number {
  const last = cardinality.split('..').at(-1) ?? '1';
  return last === 'n' ? Number.POSITIVE_INFINITY : Number.parseInt(last, 10) || 1;
}

/** Fields with a place of their own on the screen: the page, the languages, the areas, the files. */
const ELSEWHERE = new Set(['title', 'summary', 'body', 'primaryLanguage', 'thematicAreas']);
const FILE_TYPES = new Set(['image', 'file']);

interface RawType {
  id: string;
  asked_at_submit: string[];
  omit_common: string[];
  fields: FieldSpec[];
}
interface RawTypes {
  common_fields: FieldSpec[];
  types: RawType[];
  vocabularies: Record<string, { items?: { code: string; label: Names }[] } | undefined>;
}

/** The fields of a type in two groups: what is asked for before review, and the rest. */
export interface TypeFields {
  first: FieldSpec[];
  more: FieldSpec[];
}

export function fieldsOf(types: RawTypes, id: string): TypeFields {
  const type = types.types.find((one) => one.id === id);
  const own = type?.fields ?? [];
  const common = types.common_fields.filter(
    (field) => !type?.omit_common.includes(field.key) && !own.some((one) => one.key === field.key),
  );
  const shown = [...own, ...common].filter(
    (field) => !ELSEWHERE.has(field.key) && !FILE_TYPES.has(field.type),
  );
  // Country and ministry come from the profile: they are there to be looked up, not asked for.
  const asked = (field: FieldSpec) =>
    field.key !== 'country' &&
    field.key !== 'organisation' &&
    (field.required !== 'no' || type?.asked_at_submit.includes(field.key) === true);
  return { first: shown.filter(asked), more: shown.filter((field) => !asked(field)) };
}

interface Named {
  id: string;
  name: Names;
  acronym?: Names | null;
  selectable?: boolean;
}

export interface Lists {
  types: RawTypes;
  countries: Term[];
  bodies: { id: string; name: Names; acronym: Names | null }[];
  licences: Term[];
  indicators: (Term & { unit: string })[];
  units: Record<string, Names>;
}

async function load(): Promise<Lists> {
  const [types, states, bodies, licences, indicators] = await Promise.all([
    import('@vocab/content_types.json').then((file) => file.default as unknown as RawTypes),
    import('@vocab/member_states.json').then(
      (file) =>
        file.default as unknown as { members: { iso2: string; name: Names; oic_name?: Names | null }[] },
    ),
    import('@vocab/institutions.json').then(
      (file) => file.default as unknown as { institutions: Named[]; partners: Named[] },
    ),
    import('@vocab/licences.json').then((file) => file.default as unknown as { licences: Named[] }),
    import('@vocab/indicators.json').then(
      (file) =>
        file.default as unknown as {
          indicators: (Named & { unit: string })[];
          units: Record<string, { label: Names }>;
        },
    ),
  ]);
  return {
    types,
    countries: states.members.map((one) => ({ id: one.iso2, name: one.oic_name ?? one.name })),
    bodies: [...bodies.institutions, ...bodies.partners].map((one) => ({
      id: one.id,
      name: one.name,
      acronym: one.acronym ?? null,
    })),
    licences: licences.licences.filter((one) => one.selectable !== false),
    indicators: indicators.indicators,
    units: Object.fromEntries(Object.entries(indicators.units).map(([id, unit]) => [id, unit.label])),
  };
}

/** The vocabularies fields choose from; undefined until they are read. */
export function useLists(): Lists | undefined {
  return useQuery({ queryKey: ['field lists'], queryFn: load, staleTime: Number.POSITIVE_INFINITY }).data;
}

/** The terms of a list of the content types (`eventMode`, `currency`). */
export function termsOf(lists: Lists, vocabulary: string | null | undefined): Term[] {
  const items = vocabulary ? lists.types.vocabularies[vocabulary]?.items : undefined;
  return (items ?? []).map(({ code, label }) => ({ id: code, name: label }));
}
