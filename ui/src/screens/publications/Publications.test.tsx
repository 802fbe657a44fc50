import { fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { FakeDesk } from '../../../tests/fake';
import { openApp } from '../../../tests/open';
import * as sample from '../../../tests/samples';
import type { CellEdit, Publication } from '../../backend/wire';

async function table() {
  const grid = await screen.findByRole('grid', { name: 'Publications' });
  await waitFor(() => expect(grid.querySelectorAll('[role=gridcell]').length).toBeGreaterThan(0));
  grid.focus();
  return grid;
}

function many(count: number): FakeDesk {
  const desk = new FakeDesk();
  const one = sample.publications[0] as Publication;
  desk.publications = Array.from({ length: count }, (_, at) => ({
    ...one,
    id: `p${at}`,
    title: `Report ${at}`,
  }));
  return desk;
}

const edits = (call: { args: unknown } | undefined) =>
  (call?.args as { edits: CellEdit[] } | undefined)?.edits ?? [];

describe('the table of publications', () => {
  it('is corrected by keyboard, taken back and done again', async () => {
    const { user, called } = openApp({ name: 'publications' });
    await table();
    // To do, title, body, authors, year.
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}{Enter}');
    const cell = await screen.findByRole('textbox', { name: 'Year' });
    await user.clear(cell);
    await user.type(cell, '٢٠٢٥{Enter}');
    await waitFor(() => expect(called('publications.edit')).toHaveLength(1));
    expect(edits(called('publications.edit')[0])).toEqual([
      { publication: 'pub1', field: 'year', value: '٢٠٢٥', base: 2024 },
    ]);
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(called('publications.edit')).toHaveLength(2));
    expect(edits(called('publications.edit')[1])).toEqual([
      { publication: 'pub1', field: 'year', value: 2024, base: 2025, origin: 'name' },
    ]);
    await user.keyboard('{Control>}y{/Control}');
    await waitFor(() => expect(called('publications.edit')).toHaveLength(3));
    expect(edits(called('publications.edit')[2])[0]).toMatchObject({ field: 'year', value: 2025 });
  });

  it('stays as it was after Escape, and says what it refused', async () => {
    const { user, called } = openApp({ name: 'publications' });
    await table();
    await user.keyboard('{ArrowRight}x{Escape}');
    expect(called('publications.edit')).toHaveLength(0);
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}soon{Enter}');
    expect(await screen.findByText(/soon.* is not a year/)).toBeTruthy();
  });

  it('fills down the chosen cells in one step', async () => {
    const { user, called } = openApp({ name: 'publications' }, many(50));
    await table();
    await user.keyboard('{ArrowRight}{Shift>}{ArrowDown}{ArrowDown}{/Shift}{Control>}d{/Control}');
    await waitFor(() => expect(called('publications.edit')).toHaveLength(1));
    expect(edits(called('publications.edit')[0]).map((one) => [one.publication, one.value])).toEqual([
      ['p1', 'Report 0'],
      ['p2', 'Report 0'],
    ]);
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(called('publications.edit')).toHaveLength(2));
  });

  it('speaks with Excel through the clipboard', async () => {
    const { user, called } = openApp({ name: 'publications' }, many(50));
    const grid = await table();
    await user.keyboard('{ArrowRight}');
    fireEvent.paste(grid, {
      clipboardData: { getData: () => 'One\tBody A\r\nTwo\tBody B\r\n' },
    });
    await waitFor(() => expect(called('publications.edit')).toHaveLength(1));
    expect(
      edits(called('publications.edit')[0]).map((one) => [one.publication, one.field, one.value]),
    ).toEqual([
      ['p0', 'title', 'One'],
      ['p0', 'corporate_author', 'Body A'],
      ['p1', 'title', 'Two'],
      ['p1', 'corporate_author', 'Body B'],
    ]);
    let copied = '';
    await user.keyboard('{Shift>}{ArrowDown}{/Shift}');
    fireEvent.copy(grid, { clipboardData: { setData: (_: string, text: string) => (copied = text) } });
    expect(copied).toBe('One\nTwo');
  });

  it('draws only the rows in sight and tells how many there are', async () => {
    openApp({ name: 'publications' }, many(3000));
    const grid = await table();
    await waitFor(() => expect(grid.getAttribute('aria-rowcount')).toBe('3001'));
    expect(grid.querySelectorAll('[role=row]').length).toBeLessThan(80);
    fireEvent.keyDown(grid, { key: 'End', ctrlKey: true });
    await waitFor(() => expect(screen.getAllByText('Report 2999').length).toBeGreaterThan(0));
    const here = grid.getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(here)).toBeTruthy();
  });

  it('shows what came in without reading everything again', async () => {
    const desk = many(20);
    const { called } = openApp({ name: 'publications' }, desk);
    await table();
    const lists = called('publications.list').length;
    desk.publications = [
      { ...(desk.publications[0] as Publication), id: 'zz', title: 'Fresh' },
      ...desk.publications,
    ];
    desk.tell({ topics: ['publications'], drafts: [], publications: ['zz'] });
    expect((await screen.findAllByText('Fresh')).length).toBeGreaterThan(0);
    expect(called('publications.list')).toHaveLength(lists);
    expect(called('publications.rows')[0]?.args).toEqual({ publications: ['zz'] });
  });

  it('shows beside it what the keyboard is on, when a filter took the row it was on', async () => {
    const { user } = openApp({ name: 'publications' });
    await table();
    await user.keyboard('{ArrowDown}');
    expect(
      await screen.findByRole('heading', { level: 2, name: 'الخطة الوطنية للصحة 2026–2030' }),
    ).toBeTruthy();
    await user.type(screen.getByRole('searchbox'), 'sage-femme');
    expect(await screen.findByRole('heading', { level: 2, name: 'Guide de la sage-femme' })).toBeTruthy();
  });

  it('becomes a piece', async () => {
    const { user, called } = openApp({ name: 'publications' });
    await table();
    await user.keyboard('{Shift>} {/Shift}');
    await user.click(await screen.findByRole('button', { name: 'Make a piece of them' }));
    expect(called('publications.bundle')[0]?.args).toMatchObject({ publications: ['pub1'] });
  });

  it('is said to be right with one key, and taken back', async () => {
    const { user, called } = openApp({ name: 'publications' });
    await table();
    // The year of the first row is from the name of its file.
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}{Control>}{Enter}{/Control}');
    await waitFor(() => expect(called('publications.edit')).toHaveLength(1));
    expect(edits(called('publications.edit')[0])).toEqual([
      { publication: 'pub1', field: 'year', value: 2024, base: 2024, origin: 'person' },
    ]);
    await waitFor(() => expect(screen.queryByText(/from the file name.?, doubtful/)).toBeNull());
    await user.keyboard('{Control>}z{/Control}');
    expect(await screen.findByText(/from the file name.?, doubtful/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /It is right.*Year/ }));
    await waitFor(() => expect(called('publications.edit')).toHaveLength(3));
  });

  it('says before sending what is in a file, and where', async () => {
    const { user } = openApp({ name: 'publications' });
    await table();
    await user.keyboard('{ArrowDown}');
    expect(await screen.findByText('It lists telephone numbers.')).toBeTruthy();
    expect(screen.getByText(/page .?12/)).toBeTruthy();
    expect(screen.getByText(/Another file is inside it: .*list.xlsx/)).toBeTruthy();
  });

  it('says what is saved by a smaller copy, and sends the file itself where that is wished', async () => {
    const { user, called } = openApp({ name: 'publications' });
    await table();
    expect(await screen.findByText(/are sent instead of/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /What is sent/ }));
    await user.click(await screen.findByRole('option', { name: 'The file as it is' }));
    await waitFor(() =>
      expect(called('publications.slim')[0]?.args).toEqual({ publications: ['pub1'], choice: 'never' }),
    );
  });

  it('is corrected beside the table as well', async () => {
    const { user, called } = openApp({ name: 'publications' });
    await table();
    const body = await screen.findAllByRole('button', { name: /Sample Ministry of Health/ });
    await user.click(body[0] as HTMLElement);
    const line = await screen.findByRole('textbox', { name: 'Responsible body' });
    await user.clear(line);
    await user.type(line, 'Another Ministry{Enter}');
    await waitFor(() => expect(edits(called('publications.edit')[0])[0]?.value).toBe('Another Ministry'));
  });
});

describe('a sheet', () => {
  it('that names its files is looked at, tried, done and given back', async () => {
    const desk = new FakeDesk({
      'publications.choose': () => ({ paths: ['/home/author/liste.csv'] }),
      'files.save_as': () => ({ path: '/home/author/liste-2.csv' }),
    });
    // While files come in there is nothing to choose.
    desk.jobs = [];
    const { user, called } = openApp({ name: 'publications' }, desk);
    await user.click(await screen.findByRole('button', { name: 'Choose files' }));
    expect(await screen.findByRole('heading', { name: 'Take over a sheet' })).toBeTruthy();
    expect(called('publications.intake')).toHaveLength(0);
    expect(await screen.findByText(/Perhaps .*Annual report/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Save the sheet with what to fix' }));
    await waitFor(() => expect(called('sheets.give_back')).toHaveLength(1));
    await user.click(screen.getByRole('button', { name: 'Take over 1 value' }));
    await waitFor(() => expect(called('sheets.apply')).toHaveLength(1));
    expect(called('sheets.apply')[0]?.args).toEqual({
      file: '/home/author/liste.csv',
      mapping: ['file', 'title', 'publication_type', null],
    });
    await user.click(screen.getAllByRole('button', { name: 'Close' })[0] as HTMLElement);
    await table();
  });

  it('can be taken over while files come in and it is tried again', async () => {
    const desk = new FakeDesk({
      'publications.choose': () => ({ paths: ['/home/author/liste.csv'] }),
    });
    desk.jobs = [];
    const { user, called } = openApp({ name: 'publications' }, desk);
    await user.click(await screen.findByRole('button', { name: 'Choose files' }));
    const take = await screen.findByRole('button', { name: 'Take over 1 value' });
    // From now on no try is answered: the button is pressed in the middle of one.
    desk.hanging.add('sheets.try');
    desk.changed('publications');
    await waitFor(() => expect(called('sheets.try').length).toBeGreaterThan(1));
    await user.click(take);
    await waitFor(() => expect(called('sheets.apply')).toHaveLength(1));
  });

  it('that names none is a file like others', async () => {
    const desk = new FakeDesk({
      'publications.choose': () => ({ paths: ['/home/author/figures.csv'] }),
      'sheets.look': () => ({ format: 'csv', rows: 3, columns: [], problems: [] }),
    });
    // While files come in there is nothing to choose.
    desk.jobs = [];
    const { user, called } = openApp({ name: 'publications' }, desk);
    await user.click(await screen.findByRole('button', { name: 'Choose files' }));
    await waitFor(() => expect(called('publications.intake')).toHaveLength(1));
  });
});

describe('the watched folder', () => {
  const desk = () => {
    const made = new FakeDesk();
    made.settings.watch_folder = '/media/share/Annual reports';
    return made;
  };

  it('offers what is new, and takes what is ticked', async () => {
    const { user, called } = openApp({ name: 'publications' }, desk());
    expect(await screen.findByText(/3 new files in .*Annual reports/)).toBeTruthy();
    expect(called('publications.take_offered')).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'See which' }));
    await user.click(screen.getByRole('checkbox', { name: /Annexe statistique/ }));
    await user.click(screen.getByRole('button', { name: 'Add 2 files' }));
    await waitFor(() => expect(called('publications.take_offered')).toHaveLength(1));
    expect(called('publications.take_offered')[0]?.args).toEqual({
      paths: [
        '/media/share/Annual reports/Annual report 2025.pdf',
        '/media/share/Annual reports/التقرير السنوي ٢٠٢٥.pdf',
      ],
    });
    await user.click(await screen.findByRole('button', { name: 'Not these' }));
    await waitFor(() =>
      expect(screen.queryByRole('region', { name: 'New in the watched folder' })).toBeNull(),
    );
  });

  it('that is away is said to be, and is left in the settings', async () => {
    const away = desk();
    away.offered = { ...away.offered, reached: false, files: [], total: 0 };
    const { user } = openApp({ name: 'publications' }, away);
    expect(await screen.findByText(/Annual reports.* cannot be reached now/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'The watched folder' }));
    await user.click(await screen.findByRole('button', { name: 'Stop watching' }));
    await waitFor(() => expect(away.settings.watch_folder).toBeNull());
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(away.settings.watch_folder).toBe('/media/share/Annual reports'));
  });
});
