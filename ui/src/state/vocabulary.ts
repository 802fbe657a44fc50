import { type QueryClient, useQuery } from '@tanstack/react-query';
import type { DisplayLang } from '../text/languages';
import { loadTerms } from './terms';

/** A name in the languages of the interface. */
export type Names = Partial<Record<DisplayLang, string | null>>;

export interface ContentType {
  id: string;
  name: Names;
  plural: Names;
  when_to_use: Names;
  fields: { key: string; label: Names }[];
}

export interface Term {
  id: string;
  name: Names;
}

/** What the interface needs to know of the vocabularies, made once from the files that the desk also reads. */
export interface Vocabulary {
  types: ContentType[];
  areas: Term[];
  licences: Term[];
  publicationTypes: Term[];
  /** Label of every typed field, by its key, whatever the type. */
  fieldLabels: Map<string, Names>;
}

interface RawTypes {
  common_fields: { key: string; label: Names }[];
  types: ContentType[];
  vocabularies: Record<string, { items?: { code: string; label: Names }[] } | undefined>;
}

async function load(): Promise<Vocabulary> {
  const [types, areas, licences] = (await loadTerms()) as unknown as [
    RawTypes,
    { thematic_areas: Term[] },
    { licences: (Term & { selectable?: boolean })[] },
  ];
  const fieldLabels = new Map<string, Names>();
  for (const field of [...types.types.flatMap((type) => type.fields), ...types.common_fields]) {
    fieldLabels.set(field.key, field.label);
  }
  const terms = types.vocabularies.publication_type ?? types.vocabularies.publicationType;
  return {
    types: types.types,
    areas: areas.thematic_areas,
    licences: licences.licences.filter((licence) => licence.selectable !== false),
    publicationTypes: (terms?.items ?? []).map(({ code, label }) => ({ id: code, name: label })),
    fieldLabels,
  };
}

const VOCABULARY = { queryKey: ['vocabulary'], queryFn: load, staleTime: Number.POSITIVE_INFINITY };

/** Reads the vocabularies ahead. */
export async function askTerms(client: QueryClient): Promise<void> {
  await client.prefetchQuery(VOCABULARY);
}

/** The vocabularies; undefined for the few milliseconds before they are read. */
export function useVocabulary(): Vocabulary | undefined {
  return useQuery(VOCABULARY).data;
}

/** A name in the wanted language, or in English, or in whatever there is. */
export function nameIn(names: Names | undefined, lang: DisplayLang): string {
  return names?.[lang] ?? names?.en ?? names?.fr ?? names?.ar ?? '';
}

export interface Owner {
  kind: 'state' | 'institution';
  id: string;
  name: Names;
  /** Short name some know it by; `null` for states. */
  acronym: Names | null;
  /** Other names people type, in any language. */
  aliases: string[];
}

interface RawMember {
  iso2: string;
  name: Names;
  aliases: Record<string, string[]>;
}
interface RawInstitution {
  id: string;
  name: Names;
  acronym?: Names | null;
}

/** Whoever can own content on the portal: the member states, then the institutions. */
export async function loadOwners(): Promise<Owner[]> {
  const [states, institutions] = await Promise.all([
    import('@vocab/member_states.json').then(
      (file) => (file.default as unknown as { members: RawMember[] }).members,
    ),
    import('@vocab/institutions.json').then(
      (file) => (file.default as unknown as { institutions: RawInstitution[] }).institutions,
    ),
  ]);
  return [
    ...states.map(
      (state): Owner => ({
        kind: 'state',
        id: state.iso2,
        name: state.name,
        acronym: null,
        aliases: Object.values(state.aliases).flat(),
      }),
    ),
    ...institutions.map(
      (one): Owner => ({
        kind: 'institution',
        id: one.id,
        name: one.name,
        acronym: one.acronym ?? null,
        aliases: [],
      }),
    ),
  ];
}

export function useOwners(): Owner[] | undefined {
  return useQuery({ queryKey: ['owners'], queryFn: loadOwners, staleTime: Number.POSITIVE_INFINITY }).data;
}
