import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../locales');
const LANGS = ['en', 'fr', 'ar'] as const;

const files = readdirSync(join(ROOT, 'en')).filter((name) => name.endsWith('.json'));
const read = (lang: string, file: string): Record<string, string> =>
  JSON.parse(readFileSync(join(ROOT, lang, file), 'utf8'));

/** Names and kinds of everything a sentence expects. */
function expected(elements: MessageFormatElement[], found = new Map<string, string>()): Map<string, string> {
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
    const kind = element.type === TYPE.plural ? 'number' : element.type === TYPE.number ? 'number' : 'any';
    if (found.get(element.value) !== 'number') found.set(element.value, kind);
    if (element.type === TYPE.plural || element.type === TYPE.select) {
      for (const option of Object.values(element.options)) expected(option.value, found);
    }
    if (element.type === TYPE.tag) expected(element.children, found);
  }
  return found;
}

/** Plural forms each language really has. */
const FORMS: Record<(typeof LANGS)[number], string[]> = {
  en: ['one', 'other'],
  fr: ['one', 'other'],
  ar: ['one', 'two', 'few', 'many', 'other'],
};

function pluralForms(elements: MessageFormatElement[]): string[][] {
  return elements.flatMap((element) => {
    if (element.type === TYPE.tag) return pluralForms(element.children);
    if (element.type !== TYPE.plural) return [];
    const forms = Object.keys(element.options).filter((form) => !form.startsWith('='));
    // Only exact numbers and `other`: not a grammatical plural.
    return forms.length === 1 ? [] : [forms];
  });
}

describe.each(files)('%s', (file) => {
  const english = read('en', file);

  it.each(LANGS)('has the same sentences in %s', (lang) => {
    expect(Object.keys(read(lang, file)).sort()).toEqual(Object.keys(english).sort());
  });

  it.each(LANGS)('is sound in %s', (lang) => {
    for (const [id, text] of Object.entries(read(lang, file))) {
      expect(text.trim(), id).not.toBe('');
      const elements = parse(text);
      const own = [...expected(elements).keys()].sort();
      expect(own, `${lang} ${id}`).toEqual([...expected(parse(english[id] ?? '')).keys()].sort());
      for (const forms of pluralForms(elements))
        expect(forms, `${lang} ${id}`).toEqual(expect.arrayContaining(FORMS[lang]));
    }
  });
});

// The words people are never shown; LOOK calls them by other names.
const NOT_SAID: Record<(typeof LANGS)[number], RegExp> = {
  en: /\b(sync|synchroni[sz]e|queue|payload|entity|items?|commit|push|metadata|hash|please)\b|!/i,
  fr: /\b(synchronis\w*|file d.attente|payload|entité|commit|métadonnées?|hash|veuillez|s.il vous pla[iî]t)\b/i,
  ar: /(مزامنة|طابور|\sحمولة|البيانات الوصفية|الرجاء|يرجى)/,
};

describe.each(LANGS)('the words of %s', (lang) => {
  it.each(files.filter((file) => !['cli.json', 'practice.json'].includes(file)))(
    'are plain in %s',
    (file) => {
      for (const [id, text] of Object.entries(read(lang, file))) {
        expect(text.replace(/\{\w+|news item/g, ''), `${file} ${id}`).not.toMatch(NOT_SAID[lang]);
      }
    },
  );
});

describe('errors', () => {
  const sentences = read('en', 'errors.json');
  const rust = (path: string) => readFileSync(join(ROOT, '../../src-tauri', path), 'utf8');

  it('has what happened for every code of the desk', () => {
    const codes = [...rust('desk/src/error.rs').matchAll(/^\s+\w+ = "([a-z_]+)", \w+;/gm)].map(
      ([, code]) => code,
    );
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => !sentences[`${code}`])).toEqual([]);
  });

  it('has what happened for every problem of a file', () => {
    const source = rust('content/src/problem.rs');
    const codes = [...source.matchAll(/pub const [A-Z_]+: &str = "([a-z_]+)"/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !sentences[`problem.${code}`])).toEqual([]);
  });

  it('has what happened for every finding of the checks', () => {
    const source = rust('content/src/kind/check.rs');
    const named = [...source.matchAll(/pub const [A-Z_]+: &str = "([a-z_]+)"/g)].map(
      ([, code]) => code ?? '',
    );
    // What a file holds is named by the warning that follows.
    const facts = rust('content/src/readers/facts.rs');
    const warnings = [...facts.matchAll(/pub const [A-Z_]+: &str = "([a-z_]+)"/g)].map(([, code]) => code);
    expect(warnings).toContain('phone_numbers');
    const codes = named.flatMap((code) =>
      code.endsWith('_') ? warnings.map((warning) => code + warning) : code,
    );
    expect(codes.length).toBeGreaterThan(10);
    // A code that ends in a line stands before those of warnings.
    const whole = codes.filter((code) => !code.endsWith('_'));
    expect(whole.filter((code) => !sentences[`finding.${code}`])).toEqual([]);
  });

  it('uses plain placeholders, which the command line fills as well', () => {
    for (const lang of LANGS) {
      for (const [id, text] of Object.entries(read(lang, 'errors.json'))) {
        expect(text.replace(/\{[a-z0-9_]+\}/g, ''), `${lang} ${id}`).not.toMatch(/[{}]/);
      }
    }
  });
});
