/** Languages the interface itself speaks. */
export const DISPLAY_LANGS = ['ar', 'fr', 'en'] as const;
export type DisplayLang = (typeof DISPLAY_LANGS)[number];

/** Languages a piece can be written in for the portal, in the order their marks are shown. */
export const PORTAL_LANGS = ['ar', 'en', 'fr'] as const;

/** Each language in its own words: a person who reads nothing else must be able to find it. */
export const OWN_NAME: Record<DisplayLang, string> = { ar: 'العربية', fr: 'Français', en: 'English' };

export function isDisplayLang(lang: string): lang is DisplayLang {
  return (DISPLAY_LANGS as readonly string[]).includes(lang);
}

/** The display language nearest to what the system asks for; English when nothing fits. */
export function nearestLang(wanted: readonly string[]): DisplayLang {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0] ?? '';
    if (isDisplayLang(base)) return base;
  }
  return 'en';
}

const RTL = new Set(['ar', 'fa', 'ur', 'ps', 'sd', 'ug', 'dv', 'ckb', 'he', 'yi']);

/** Writing direction of a language tag. */
export function direction(lang: string): 'ltr' | 'rtl' {
  return RTL.has(lang.toLowerCase().split('-')[0] ?? '') ? 'rtl' : 'ltr';
}

/** The language of the last time, so that its sentences are fetched before the desk has answered. */
export function rememberedLang(): DisplayLang | null {
  const kept = localStorage.getItem('lang');
  return kept && isDisplayLang(kept) ? kept : null;
}

/** Keeps the language for the next start. */
export function rememberLang(lang: DisplayLang): void {
  localStorage.setItem('lang', lang);
}
