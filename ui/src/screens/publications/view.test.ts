import { describe, expect, it } from 'vitest';
import * as sample from '../../../tests/samples';
import type { Publication } from '../../backend/wire';
import { isDoubtful, isMissing, missingFields } from './fields';
import { arranged, counts, NONE, ordered, type View } from './view';

// The bulk of the samples is there to be scrolled through.
const rows = sample.publications.filter((row) => row.id.startsWith('pub'));
const all: View = { filters: {}, order: null, words: '', found: null };
const of = (id: string) => rows.find((row) => row.id === id) as Publication;

describe('what is missing', () => {
  it('is what the portal asks for', () => {
    expect(missingFields(of('pub1'))).toEqual([]);
    expect(isMissing(of('pub3'), 'year')).toBe(true);
    expect(isMissing(of('pub3'), 'doi')).toBe(false);
  });
  it('a title that is only the name of the file is no title, a year from there is doubtful', () => {
    const named: Publication = { ...of('pub1'), origins: { title: 'name', year: 'name' } };
    expect(isMissing(named, 'title')).toBe(true);
    expect(isDoubtful(named, 'year')).toBe(true);
    expect(isDoubtful(of('pub1'), 'title')).toBe(false);
  });
});

describe('the view', () => {
  it('narrows by what is missing, year, language and kind', () => {
    const ids = (filters: View['filters']) => arranged(rows, { ...all, filters }, null);
    expect(ids({ todo: 'any' })).not.toContain('pub1');
    expect(ids({ year: '2024' })).toContain('pub1');
    expect(ids({ year: NONE })).toContain('pub3');
    expect(ids({ language: 'ar' })).toEqual(['pub2']);
    expect(ids({ kind: 'strategy-plan' })).toEqual(['pub2']);
  });
  it('finds words without accents and hamzas, and what the desk found inside files', () => {
    const ids = (words: string, found: string[] = []) =>
      arranged(rows, { ...all, words, found: new Set(found) }, null);
    expect(ids('خطه وطنيه')).toEqual(['pub2']);
    expect(ids('ACCOUNTS national')).toEqual(['pub1']);
    expect(ids('measles', ['pub4'])).toEqual(['pub4']);
  });
  it('puts in order with the unsaid last, either way', () => {
    const years = (desc: boolean) => ordered(rows, { column: 'year', desc }).map((row) => row.year);
    expect(years(false).at(-1)).toBeNull();
    expect(years(true).at(-1)).toBeNull();
    expect(years(true)[0]).toBe(2026);
  });
  it('leaves a corrected row where it is, and puts new ones first', () => {
    const view: View = { ...all, filters: { year: NONE } };
    const before = arranged(rows, view, null);
    const corrected = rows.map((row) => (row.id === before[0] ? { ...row, year: 2020 } : row));
    expect(arranged(corrected, view, before)).toEqual(before);
    const more = [{ ...of('pub3'), id: 'new' }, ...corrected];
    expect(arranged(more, view, before)).toEqual(['new', ...before]);
    expect(arranged(more.slice(2), view, before)).not.toContain('pub1');
  });
  it('narrows to what is to be looked over, and leaves out what a newer edition counts for', () => {
    const ids = (todo: NonNullable<View['filters']['todo']>) =>
      arranged(rows, { ...all, filters: { todo } }, null);
    expect(ids('doubt')).toEqual(['pub1', 'pub2']);
    expect(ids('warning')).toEqual(['pub2']);
    expect(ids('unread')).toEqual(['pub3']);
    expect(ids('alike')).toEqual(['pub2']);
    expect(ids('look')).toEqual(['pub1', 'pub2', 'pub3']);
    const stepped = rows.map((row) => (row.id === 'pub1' ? { ...row, superseded_by: 'pub2' } : row));
    expect(arranged(stepped, all, null)).not.toContain('pub1');
    expect(arranged(stepped, { ...all, filters: { todo: 'older' } }, null)).toEqual(['pub1']);
  });
  it('counts what there is to choose from', () => {
    const { todo, year } = counts(rows);
    expect(todo[0]?.id).toBe('any');
    expect(year.map((one) => one.id)).toContain('2024');
    expect(year.at(-1)?.id).toBe(NONE);
  });
});
