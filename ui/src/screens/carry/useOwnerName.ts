import { nameIn, useOwners } from '../../state/vocabulary';
import { useLang } from '../../text';

/** An office as people call it; what a package says of itself when it is none that is known. */
export function useOwnerName(): (owner: string) => string {
  const { lang } = useLang();
  const owners = useOwners();
  return (owner) => nameIn(owners?.find((one) => one.id === owner)?.name, lang) || owner;
}
