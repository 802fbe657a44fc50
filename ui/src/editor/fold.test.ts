import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fold } from './fold';

const cases: [string, string][] = JSON.parse(readFileSync('../tests/fixtures/folding/cases.json', 'utf8'));

it.each(cases)('folds %s as the desk does', (text, folded) => {
  expect(fold(text).endsWith(folded)).toBe(true);
  expect(fold(fold(text))).toBe(fold(text));
});
