import type { ComboChoice } from '../parts/Combo';
import { nameIn, type Owner } from '../state/vocabulary';
import type { DisplayLang, Translate } from '../text';

/** States and institutions as choices: shown in the reader's language, found in all three. */
export function ownerChoices(owners: Owner[], lang: DisplayLang, t: Translate): ComboChoice[] {
  const compare = new Intl.Collator(lang).compare;
  const choice = (owner: Owner): ComboChoice => ({
    id: `${owner.kind}:${owner.id}`,
    label: nameIn(owner.name, lang),
    also: [...Object.values(owner.name), ...Object.values(owner.acronym ?? {}), ...owner.aliases].filter(
      (name): name is string => typeof name === 'string',
    ),
    more:
      owner.kind === 'institution'
        ? [nameIn(owner.acronym ?? undefined, lang), t('welcome.owner.institution')]
            .filter(Boolean)
            .join(' · ')
        : undefined,
  });
  const of = (kind: Owner['kind']) =>
    owners
      .filter((owner) => owner.kind === kind)
      .map(choice)
      .sort((one, other) => compare(one.label, other.label));
  return [...of('state'), ...of('institution')];
}
