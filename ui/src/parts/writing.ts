import { createContext, useContext } from 'react';
import { direction, useLang } from '../text';

/** The language written in the fields below, where it is not that of the interface. */
export const WrittenIn = createContext<string | null>(null);

/**
 * Which way a line of writing runs: by its first strong letter, and while it is empty as its language does. Left to
 * `auto` an empty line runs left to right, and the cursor of somebody about to write Arabic stands on the wrong side.
 */
export function useLineDirection(): (value: string | undefined) => 'auto' | 'ltr' | 'rtl' {
  const written = useContext(WrittenIn);
  const { lang } = useLang();
  return (value) => (value ? 'auto' : direction(written ?? lang));
}
