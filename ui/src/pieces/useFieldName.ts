import { nameIn, useVocabulary } from '../state/vocabulary';
import { useLang } from '../text';

/** The label of a typed field, by its key, in the language of the interface. */
export function useFieldName(): (key: string) => string {
  const vocabulary = useVocabulary();
  const { lang } = useLang();
  return (key) => nameIn(vocabulary?.fieldLabels.get(key), lang) || key;
}
