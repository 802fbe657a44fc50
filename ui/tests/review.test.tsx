import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { FakeDesk } from './fake';
import { openApp } from './open';
import * as sample from './samples';

const margin = () => screen.findByRole('region', { name: 'Comments' });

describe('what a piece is compared with', () => {
  it('is the text approved last, until a portal is asked for', async () => {
    const { user, called } = openApp({ name: 'review', draft: sample.ids.review });
    const choice = await screen.findByRole('radiogroup', { name: 'Compare with' });
    expect(within(choice).getByRole('radio', { name: 'Last approved' })).toHaveProperty('checked', true);
    expect(screen.getByText(/^Compared with the last approved text\./)).toBeTruthy();
    await user.click(within(choice).getByRole('radio', { name: /^On .OIC Health Portal. now$/ }));
    expect(
      await screen.findByText(
        /^Compared with the text .OIC Health Portal. shows now\. It was changed there\./,
      ),
    ).toBeTruthy();
    expect(screen.getByText(/Last looked at:/)).toBeTruthy();
    expect(called('review.diff').at(-1)?.args).toEqual({
      draft: sample.ids.review,
      portal: 'OIC Health Portal',
    });
  });

  it('is said to be unknown where the portal was never reached, and the whole is shown', async () => {
    const { user } = openApp({ name: 'review', draft: sample.ids.review });
    await user.click(await screen.findByRole('radio', { name: /^On .Practice portal. now$/ }));
    expect(await screen.findByText(/This PC has not reached .Practice portal. yet/)).toBeTruthy();
    expect(screen.queryByText(/New words are marked green/)).toBeNull();
    expect(screen.queryByRole('radio', { name: 'The whole' })).toBeNull();
    await user.click(screen.getByRole('radio', { name: 'Last approved' }));
    expect(await screen.findByRole('radio', { name: 'The whole' })).toBeTruthy();
  });
});

describe('the files of a piece', () => {
  it('stand before and now where one replaced the other, and are counted where nothing changed', async () => {
    openApp({ name: 'review', draft: sample.ids.review });
    const files = within(await screen.findByRole('region', { name: 'Files' }));
    const replaced = within(files.getByRole('listitem', { name: 'plan_final.pdf' }));
    const [before, now] = replaced.getAllByRole('figure');
    expect(replaced.getByText('replaced')).toBeTruthy();
    expect(before?.textContent).toBe('Beforeplan_draft.pdf12 pages · 512 kB');
    expect(now?.textContent).toBe('Nowخطة التطعيم 2026plan_final.pdf14 pages · 498 kB');
    const page = now?.querySelector('img') as HTMLImageElement;
    expect(page.src).toBe(sample.FIRST_PAGES.b2);
    fireEvent.load(page);
    expect(replaced.getByRole('img', { name: /^Small picture of .خطة التطعيم 2026.$/ })).toBe(page);
    expect(files.getAllByRole('listitem')).toHaveLength(3);
    expect(within(files.getByRole('listitem', { name: 'poster_ar.png' })).getByText('new')).toBeTruthy();
    expect(
      within(files.getByRole('listitem', { name: 'villages.xlsx' })).getByText('taken out'),
    ).toBeTruthy();
    expect(files.getByText('3 files are unchanged.')).toBeTruthy();
  });

  it('are said to have no picture, or to be elsewhere', async () => {
    const [replaced] = structuredClone(sample.diff.files);
    if (!replaced?.before) throw new Error('no sample');
    replaced.before.here = false;
    openApp(
      { name: 'review', draft: sample.ids.review },
      new FakeDesk({ 'review.diff': () => ({ ...sample.diff, files: [replaced] }) }),
    );
    const files = within(await screen.findByRole('region', { name: 'Files' }));
    const [before, now] = files.getAllByRole('figure');
    expect(within(before as HTMLElement).getByText('This file is not on this PC.')).toBeTruthy();
    expect(before?.querySelector('img')).toBeNull();
    fireEvent.error(now?.querySelector('img') as HTMLImageElement);
    expect(within(now as HTMLElement).getByText('There is no picture of this file.')).toBeTruthy();
    expect(files.queryByText(/unchanged/)).toBeNull();
  });
});

describe('comments', () => {
  it('stand beside the author’s text, in its order, and say when their words are gone', async () => {
    openApp({ name: 'comments', draft: sample.ids.review });
    const cards = within(await margin()).getAllByRole('button', { pressed: false });
    expect(cards.map((card) => card.textContent)).toEqual([
      'حملة تطعيم',
      'ثلاث محافظات',
      '450 قرية',
      'قبل نهاية العام',
    ]);
    expect(screen.getByText('3 open comments')).toBeTruthy();
    expect(screen.getByText('These words are not in the text any more.')).toBeTruthy();
  });

  it('are settled, answered, and opened again', async () => {
    const { user, called } = openApp({ name: 'comments', draft: sample.ids.review });
    const list = await margin();
    await user.click(within(list).getAllByRole('button', { name: 'Settle' })[0] as HTMLElement);
    expect(await screen.findByText('2 open comments')).toBeTruthy();
    await user.click(within(list).getAllByRole('button', { name: 'Open again' })[0] as HTMLElement);
    expect(await screen.findByText('3 open comments')).toBeTruthy();
    await user.click(within(list).getAllByRole('button', { name: 'Answer…' })[0] as HTMLElement);
    await user.type(within(list).getByRole('textbox', { name: 'Your answer' }), 'Yes.');
    await user.click(within(list).getByRole('button', { name: 'Answer' }));
    expect(await within(list).findByText('Yes.')).toBeTruthy();
    expect(called('review.answer').at(-1)?.args).toEqual({ comment: 'c1', act: 'say', words: 'Yes.' });
  });

  it('become an edit where the text is one’s own, and only there', async () => {
    const own = new FakeDesk();
    own.drafts = own.drafts.map((one) =>
      one.id === sample.ids.review ? { ...one, state: 'returned' } : one,
    );
    const { user, called } = openApp({ name: 'comments', draft: sample.ids.review }, own);
    await user.click(within(await margin()).getByRole('button', { name: 'Take it in' }));
    await waitFor(() =>
      expect(called('review.answer')[0]?.args).toEqual({ comment: 'c2', act: 'accept', words: '' }),
    );
  });

  it('are not taken into a text that somebody is deciding about', async () => {
    openApp({ name: 'comments', draft: sample.ids.review });
    expect(within(await margin()).queryByRole('button', { name: 'Take it in' })).toBeNull();
  });

  it('are written on marked words', async () => {
    const { user, called } = openApp({ name: 'review', draft: sample.ids.review });
    await margin();
    await user.click(await screen.findByRole('radio', { name: 'The whole' }));
    const words = await screen.findByText('ثلاث محافظات', { selector: '.piece p' });
    const text = words.firstChild as Text;
    window.getSelection()?.setBaseAndExtent(text, 0, text, 4);
    words.dispatchEvent(new MouseEvent('mouseup', { bubbles: true }));
    await user.click(await screen.findByRole('button', { name: 'Comment on the marked words' }));
    await user.type(screen.getByRole('textbox', { name: 'What about these words?' }), 'Which?');
    await user.click(screen.getByRole('switch', { name: 'Suggest other words' }));
    const instead = screen.getByRole('textbox', { name: 'What should stand there instead' });
    await user.clear(instead);
    await user.type(instead, 'أربع');
    await user.click(screen.getByRole('button', { name: 'Write the comment' }));
    await waitFor(() => expect(called('review.comment')).toHaveLength(1));
    expect(called('review.comment')[0]?.args).toMatchObject({
      draft: sample.ids.review,
      lang: 'ar',
      place: 'body',
      quote: 'ثلاث',
      before: '',
      words: 'Which?',
      suggestion: 'أربع',
    });
  });
});

describe('approving together', () => {
  it('shows what needs a look first and signs what was chosen', async () => {
    const { user, called } = openApp({ name: 'batch' });
    const table = await screen.findByRole('table');
    const rows = within(table).getAllByRole('row').slice(1);
    expect(rows).toHaveLength(5);
    expect(within(rows[0] as HTMLElement).getByRole<HTMLInputElement>('checkbox').disabled).toBe(true);
    expect(within(rows[1] as HTMLElement).getByText(/Comments of the review still open here/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Choose all without remarks' }));
    expect(screen.getByText('3 pieces chosen')).toBeTruthy();
    await user.click(within(rows[4] as HTMLElement).getByRole('checkbox'));
    await user.click(screen.getByRole('button', { name: 'Approve 2 pieces and send' }));
    await waitFor(() => expect(called('review.approve_batch')).toHaveLength(1));
    const args = called('review.approve_batch')[0]?.args as { pieces: unknown[] };
    expect(args.pieces).toHaveLength(2);
  });
});

describe('a package opened by a double click', () => {
  it('is looked into, and so is the next one while it is shown', async () => {
    const desk = new FakeDesk();
    desk.opened = '/media/stick/request.qalam';
    const { called } = openApp({ name: 'desk' }, desk);
    await waitFor(() =>
      expect(called('review.look').at(-1)?.args).toEqual({ path: '/media/stick/request.qalam' }),
    );
    await waitFor(() => expect(desk.opened).toBeNull());
    desk.opened = '/media/stick/decision.qalam';
    desk.tell({ topics: ['opened'], drafts: [], publications: [] });
    await waitFor(() =>
      expect(called('review.look').at(-1)?.args).toEqual({ path: '/media/stick/decision.qalam' }),
    );
  });
});
