import { nameIn, useVocabulary } from '../state/vocabulary';
import { useLang } from '../text';

/** The name of a content type in the language of the interface. */
export function useTypeName(): (type: string) => string {
  const vocabulary = useVocabulary();
  const { lang } = useLang();
  return (type) => nameIn(vocabulary?.types.find((one) => one.id === type)?.name, lang) || type;
}
