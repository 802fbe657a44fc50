import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { currentScreen } from '../src/state/screen';
import { FakeDesk } from './fake';
import { openApp } from './open';
import * as sample from './samples';

const heading = (name: string) => screen.findByRole('heading', { level: 1, name });

describe('the desk', () => {
  it('groups pieces by what they ask and shows the chosen one', async () => {
    const { user } = openApp();
    await heading('Desk');
    const list = await screen.findByRole('listbox', { name: 'Desk' });
    expect(within(list).getByText('Needs you')).toBeTruthy();
    expect(within(list).getAllByRole('option')).toHaveLength(9);
    await user.click(within(list).getByRole('option', { name: /National health accounts/ }));
    const preview = await screen.findByRole('region', { name: 'Preview' });
    expect(await within(preview).findByRole('button', { name: 'See in the outbox' })).toBeTruthy();
    expect(within(preview).getByText('This PC has no network connection.')).toBeTruthy();
  });

  it('teaches when it is empty', async () => {
    const desk = new FakeDesk();
    desk.rows = [];
    openApp({ name: 'desk' }, desk);
    expect(await screen.findByText('Nothing on the desk yet')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Show me a sample' })).toBeTruthy();
  });

  it('takes back what went to the trash', async () => {
    const { user, called } = openApp({ name: 'desk', draft: sample.ids.news });
    await user.click(await screen.findByRole('button', { name: 'More actions' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Move to the trash' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(called('drafts.untrash')).toHaveLength(1);
  });

  it('hears changes made elsewhere', async () => {
    const { desk } = openApp();
    await screen.findByRole('option', { name: /Immunisation/ });
    desk.rows = desk.rows.map((row) =>
      row.id === 'd6' ? { ...row, title: 'Changed in another window' } : row,
    );
    desk.changed('drafts');
    expect(await screen.findByRole('option', { name: /Changed in another window/ })).toBeTruthy();
  });
});

describe('the list of pieces', () => {
  it('says in which file the words were found, and nothing where they are the piece’s own', async () => {
    const desk = new FakeDesk();
    desk.rows = desk.rows.slice(0, 2).map((row, at) => ({
      ...row,
      found_in: at === 0 ? 'تقرير 2025.pdf' : null,
    }));
    openApp({ name: 'drafts' }, desk);
    const list = await screen.findByRole('listbox', { name: 'Drafts' });
    const [first, second] = within(list).getAllByRole('option');
    expect(first?.textContent).toContain('In the file \u2068تقرير 2025.pdf\u2069');
    expect(second?.textContent).not.toContain('In the file');
  });
});

describe('the first run', () => {
  it('asks three things and opens a sample', async () => {
    const desk = new FakeDesk();
    desk.profile = null;
    const { user, called } = openApp({ name: 'desk' }, desk);
    await user.click(await screen.findByRole('button', { name: 'English' }));
    const owner = await screen.findByRole('combobox', { name: /Country or institution/ });
    await user.type(owner, 'اردن');
    await user.click(await screen.findByRole('option', { name: 'Jordan' }));
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    await user.click(await screen.findByRole('button', { name: 'Open my desk' }));
    expect(screen.getByText('Write your name.')).toBeTruthy();
    await user.type(screen.getByRole('textbox', { name: /Your name/ }), 'Sample Author');
    const [author] = screen.getAllByRole('radio');
    if (author) await user.click(author);
    await user.click(screen.getByRole('button', { name: 'Open my desk' }));
    await waitFor(() => expect(called('sample.create')).toHaveLength(1));
    expect(called('profile.set')[0]?.args).toMatchObject({
      owner: 'JO',
      owner_kind: 'state',
      role: 'author',
    });
    await waitFor(() => expect(currentScreen()).toEqual({ name: 'editor', draft: sample.ids.news }));
  });

  it('changes language with the first answer', async () => {
    const desk = new FakeDesk();
    desk.profile = null;
    const { user } = openApp({ name: 'desk' }, desk);
    await user.click(await screen.findByRole('button', { name: 'العربية' }));
    await waitFor(() => expect(document.documentElement.dir).toBe('rtl'));
    expect(await screen.findByText('باسم أي جهة تُكتب المواد؟')).toBeTruthy();
  });
});

describe('review', () => {
  it('returns only with a reason', async () => {
    const { user, called } = openApp({ name: 'review' });
    await user.click(await screen.findByRole('button', { name: 'Return with a reason' }));
    await user.click(screen.getByRole('button', { name: 'Return' }));
    expect(screen.getByText('Write what should be changed.')).toBeTruthy();
    expect(called('review.return')).toHaveLength(0);
    await user.type(screen.getByRole('textbox', { name: /What should be changed/ }), 'The date is wrong.');
    await user.click(screen.getByRole('button', { name: 'Return' }));
    expect(called('review.return')[0]?.args).toEqual({
      draft: sample.ids.review,
      reason: 'The date is wrong.',
    });
  });

  it('approves the very text that is shown', async () => {
    const { user, called } = openApp({ name: 'review' });
    expect(await screen.findByText('ثلاث محافظات', { selector: 'ins' })).toBeTruthy();
    await user.click(await screen.findByRole('button', { name: 'Approve and send' }));
    const release = sample.drafts.find((draft) => draft.id === sample.ids.review)?.release?.hash;
    expect(called('review.approve')[0]?.args).toEqual({ draft: sample.ids.review, release });
    expect(await screen.findByText('Nothing awaits approval')).toBeTruthy();
  });
});

describe('the outbox', () => {
  it('says why, and pauses', async () => {
    const { user } = openApp({ name: 'outbox' });
    expect(await screen.findByText(/is larger than this portal takes/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Pause' }));
    expect(await screen.findByText('Sending is paused. Nothing leaves this PC.')).toBeTruthy();
  });
});

describe('the keyboard', () => {
  it('finds anything with Ctrl+K', async () => {
    const { user } = openApp();
    await heading('Desk');
    await user.keyboard('{Control>}k{/Control}');
    const field = await screen.findByRole('searchbox');
    await user.type(field, 'health');
    await user.click(await screen.findByRole('option', { name: /National health accounts/ }));
    expect(currentScreen()).toEqual({ name: 'publications', publication: 'pub1' });
  });

  it('begins a piece with Ctrl+N', async () => {
    const { user, called } = openApp();
    await heading('Desk');
    await user.keyboard('{Control>}n{/Control}');
    await user.click(await screen.findByRole('option', { name: /Success story/ }));
    expect(called('drafts.create')[0]?.args).toEqual({ type: 'success_story', lang: 'en', template: false });
  });
});

describe('settings', () => {
  it('change the language at once', async () => {
    const { user } = openApp({ name: 'settings' });
    await user.click(await screen.findByRole('radio', { name: 'Français' }));
    expect(await heading('Réglages')).toBeTruthy();
    expect(document.documentElement.lang).toBe('fr');
  });

  it('open locked passwords, and say when the phrase is wrong', async () => {
    const desk = new FakeDesk();
    desk.secrets = 'locked';
    const { user } = openApp({ name: 'settings' }, desk);
    const field = await screen.findByLabelText(/^Passphrase/);
    await user.type(field, 'wrong{Enter}');
    expect(await screen.findByText('This passphrase does not open the passwords.')).toBeTruthy();
    await user.clear(field);
    await user.type(field, 'open{Enter}');
    expect(await screen.findByText(/your passphrase has opened/)).toBeTruthy();
  });

  it('refuse a portal without an address', async () => {
    const { user, called } = openApp({ name: 'settings' });
    await user.click(await screen.findByRole('button', { name: 'Add a portal' }));
    await user.type(screen.getByRole('textbox', { description: 'As you call it here.' }), 'Portal');
    await user.click(screen.getByRole('button', { name: 'Add a portal' }));
    expect(screen.getByText(/Write the whole address/)).toBeTruthy();
    expect(called('portals.add')).toHaveLength(0);
  });
});
