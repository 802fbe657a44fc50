import type { DisplayLang } from './languages';

/** The person's choice of digits; `auto` is what their country usually writes. */
export type Numerals = 'auto' | 'latin' | 'arabic';

/** States that write Arabic, by their own names of months; others read the plain ones. */
const ARABIC_REGIONS = new Set(
  'AE BH DJ DZ EG IQ JO KM KW LB LY MA MR OM PS QA SA SD SO SY TD TN YE'.split(' '),
);

/** Of those, the ones where newspapers and offices write 0 to 9. */
const LATIN_DIGITS = new Set('AE DJ DZ KM LY MA MR SO TD TN'.split(' '));

/**
 * The locale given to every Intl call. Digits and calendar are always said: engines disagree about the defaults of
 * Arabic. `region` is the member state of the desk, if it belongs to one.
 */
export function intlLocale(lang: DisplayLang, numerals: Numerals, region?: string): string {
  if (lang !== 'ar') return `${lang}-u-ca-gregory-nu-latn`;
  const place = region !== undefined && ARABIC_REGIONS.has(region) ? region : undefined;
  const usual = place !== undefined && !LATIN_DIGITS.has(place) ? 'arab' : 'latn';
  const digits = { auto: usual, latin: 'latn', arabic: 'arab' }[numerals];
  return `ar${place ? `-${place}` : ''}-u-ca-gregory-nu-${digits}`;
}

export interface Formats {
  number(value: number): string;
  bytes(value: number): string;
  date(time: string | number | Date): string;
  dateTime(time: string | number | Date): string;
  time(time: string | number | Date): string;
  /** The hour of a day of this week. */
  weekdayTime(time: string | number | Date): string;
  /** How a list shows a time: the hour today, the weekday this week, the date before. */
  recent(time: string | number | Date, now?: Date): string;
  /** The same day in the Umm al-Qura calendar. */
  hijri(time: string | number | Date): string;
  duration(seconds: number): string;
  percent(share: number): string;
  list(parts: string[]): string;
  languageName(lang: string): string;
}

const DAY = 86_400_000;

export function makeFormats(locale: string): Formats {
  // A list asks for the same few formats hundreds of times, and making one costs far more than using it.
  const dates = kept(
    (options: Intl.DateTimeFormatOptions, tag: string) => new Intl.DateTimeFormat(tag, options),
  );
  const numbers = kept((options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options));
  const lists = kept(() => new Intl.ListFormat(locale, { type: 'conjunction' }));
  const languages = kept(() => new Intl.DisplayNames(locale, { type: 'language' }));
  const languageNames = kept((lang: string) => {
    try {
      return languages().of(lang) ?? lang;
    } catch {
      return lang;
    }
  });
  const at = (time: string | number | Date) => new Date(time);
  const say = (time: string | number | Date, options: Intl.DateTimeFormatOptions, tag = locale) => {
    const date = at(time);
    return Number.isNaN(date.getTime()) ? '' : dates(options, tag).format(date);
  };

  return {
    number: (value) => numbers({}).format(value),
    bytes: (value) => sizeIn(numbers, value),
    date: (time) => say(time, { day: 'numeric', month: 'long', year: 'numeric' }),
    dateTime: (time) =>
      say(time, {
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      }),
    time: (time) => say(time, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    weekdayTime: (time) =>
      say(time, { weekday: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    recent(time, now = new Date()) {
      const date = at(time);
      const age = startOfDay(now) - startOfDay(date);
      if (age === 0) return say(date, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
      if (age > 0 && age < 6 * DAY) return say(date, { weekday: 'long' });
      if (date.getFullYear() === now.getFullYear()) return say(date, { day: 'numeric', month: 'short' });
      return say(date, { day: 'numeric', month: 'short', year: 'numeric' });
    },
    hijri: (time) =>
      say(
        time,
        { day: 'numeric', month: 'long', year: 'numeric' },
        locale.replace('ca-gregory', 'ca-islamic-umalqura'),
      ),
    duration: (seconds) => durationIn(numbers, seconds),
    percent: (share) => numbers({ style: 'percent', maximumFractionDigits: 0 }).format(share),
    list: (parts) => lists().format(parts),
    languageName: languageNames,
  };
}

type Numbers = (options: Intl.NumberFormatOptions) => Intl.NumberFormat;

/** The same, each answer made once. */
function kept<Args extends unknown[], Made>(make: (...args: Args) => Made): (...args: Args) => Made {
  const all = new Map<string, Made>();
  return (...args) => {
    const key = JSON.stringify(args);
    const found = all.get(key);
    if (found !== undefined) return found;
    const made = make(...args);
    all.set(key, made);
    return made;
  };
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

function sizeIn(numbers: Numbers, bytes: number): string {
  let value = Math.max(0, bytes);
  let step = 0;
  while (value >= 1000 && step < SIZES.length - 1) {
    value /= 1000;
    step += 1;
  }
  return numbers({
    style: 'unit',
    unit: SIZES[step],
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && step > 1 ? 1 : 0,
  }).format(value);
}

/** One unit, rounded as a person would say it. */
function durationIn(numbers: Numbers, seconds: number): string {
  const [value, unit] =
    seconds < 90
      ? [Math.max(1, Math.round(seconds)), 'second']
      : seconds < 5400
        ? [Math.round(seconds / 60), 'minute']
        : seconds < 172_800
          ? [Math.round(seconds / 3600), 'hour']
          : [Math.round(seconds / 86_400), 'day'];
  return numbers({ style: 'unit', unit: unit as string, unitDisplay: 'long' }).format(value as number);
}
