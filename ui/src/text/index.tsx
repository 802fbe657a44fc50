import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { createIntl, createIntlCache, type IntlShape } from 'react-intl';
import { isolate } from './bidi';
import { type Formats, intlLocale, makeFormats, type Numerals } from './formats';
import { type DisplayLang, direction, rememberLang } from './languages';
import { loadedMessages, loadMessages, type MessageId, type Messages } from './messages';

export { isolate } from './bidi';
export * from './languages';
export type { MessageId } from './messages';

export type Values = Record<string, string | number | null | undefined>;
export type Translate = (id: MessageId, values?: Values) => string;

interface Speech {
  intl: IntlShape;
  t: Translate;
  /** The sentence as written, with its placeholders; undefined when there is none. */
  raw: (id: string) => string | undefined;
  formats: Formats;
  lang: DisplayLang;
  dir: 'ltr' | 'rtl';
}

const SpeechContext = createContext<Speech | null>(null);
const cache = createIntlCache();

/** The means of speech of one language; exported for tests and for code outside React. */
export function makeSpeech(
  lang: DisplayLang,
  messages: Messages,
  numerals: Numerals = 'auto',
  region?: string,
): Speech {
  const locale = intlLocale(lang, numerals, region);
  const intl = createIntl(
    {
      locale,
      messages,
      defaultLocale: 'en',
      // A missing sentence shows its id; the test of the locale files is what finds it.
      onError: () => undefined,
    },
    cache,
  );
  return {
    intl,
    lang,
    dir: direction(lang),
    formats: makeFormats(locale),
    raw: (id) => (Object.hasOwn(messages, id) ? messages[id] : undefined),
    t: (id, values) => String(intl.formatMessage({ id }, isolated(values))),
  };
}

/** Strings put into a sentence keep their own direction; numbers are left for ICU to format. */
function isolated(values: Values | undefined): Record<string, string | number> | undefined {
  if (!values) return undefined;
  const out: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(values)) {
    out[key] = typeof value === 'number' ? value : isolate(value ?? '');
  }
  return out;
}

/** Speaks one language to everything inside, and sets the direction of the whole document. */
export function Speaker(props: {
  lang: DisplayLang;
  numerals: Numerals;
  region?: string;
  children: ReactNode;
}) {
  const { lang, numerals, region } = props;
  const [loaded, setLoaded] = useState<{ lang: DisplayLang; messages: Messages } | null>(() => {
    const messages = loadedMessages(lang);
    return messages ? { lang, messages } : null;
  });

  const spoken = loaded?.lang;
  useEffect(() => {
    if (spoken === lang) return;
    let wanted = true;
    void loadMessages(lang).then((messages) => {
      if (wanted) setLoaded({ lang, messages });
    });
    return () => {
      wanted = false;
    };
  }, [lang, spoken]);

  // Until the next language has arrived the former one stays: nothing flashes.
  const speech = useMemo(
    () => (loaded ? makeSpeech(loaded.lang, loaded.messages, numerals, region) : null),
    [loaded, numerals, region],
  );

  useEffect(() => {
    if (!speech) return;
    document.documentElement.lang = speech.lang;
    document.documentElement.dir = speech.dir;
    // The digits an Arabic text of this desk counts its lists in, whatever language the interface has.
    const arabic = intlLocale('ar', numerals, region).endsWith('arab');
    document.documentElement.dataset.digits = arabic ? 'arabic' : 'latin';
    rememberLang(speech.lang);
  }, [speech, numerals, region]);

  if (!speech) return null;
  return (
    <SpeechContext value={speech}>
      <I18nProvider locale={speech.intl.locale}>{props.children}</I18nProvider>
    </SpeechContext>
  );
}

/** For tests: speaks with sentences already at hand. */
export function SpeakerOf(props: { speech: Speech; children: ReactNode }) {
  return (
    <SpeechContext value={props.speech}>
      <I18nProvider locale={props.speech.intl.locale}>{props.children}</I18nProvider>
    </SpeechContext>
  );
}

function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error('no Speaker around this part');
  return speech;
}

/** `t(id, values)`: the sentence with this address. String values are isolated for direction. */
export function useT(): Translate {
  return useSpeech().t;
}

/** A sentence as written, if it exists; for sentences found by a code that came from the desk. */
export function useRaw(): (id: string) => string | undefined {
  return useSpeech().raw;
}

/** Dates, numbers, sizes and names of languages in the chosen language and digits. */
export function useFormats(): Formats {
  return useSpeech().formats;
}

/** The language of the interface and its direction. */
export function useLang(): { lang: DisplayLang; dir: 'ltr' | 'rtl' } {
  const { lang, dir } = useSpeech();
  return { lang, dir };
}

/** A sentence as an element; `tags` fills `<name>…</name>` of the message. */
export function Text(props: {
  id: MessageId;
  values?: Values;
  tags?: Record<string, (inside: ReactNode[]) => ReactNode>;
}) {
  const { intl } = useSpeech();
  return <>{intl.formatMessage({ id: props.id }, { ...isolated(props.values), ...props.tags })}</>;
}
