import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { currentScreen } from '../src/state/screen';
import { FakeDesk } from './fake';
import { openApp } from './open';
import * as sample from './samples';
import * as coming from './samplesSending';

/** The row of the outbox with this title. */
const row = async (title: RegExp) => {
  const found = (await screen.findByText(title)).closest('li');
  if (!found) throw new Error(`no row ${title}`);
  return within(found);
};
const plain = (text: string | null | undefined) => text?.replace(/[\u2066-\u2069]/g, '') ?? '';

describe('the outbox', () => {
  it('says why a piece waits, with the one thing that lets it go', async () => {
    const { user, called } = openApp({ name: 'outbox' });
    const large = await row(/Rapport annuel/);
    expect(large.getByText(/waits for your yes/)).toBeTruthy();
    expect(large.getByText('Urgent')).toBeTruthy();
    await user.click(large.getByRole('button', { name: 'Yes, send' }));
    expect(called('outbox.allow')[0]?.args).toEqual({ entry: 'f1' });
    const poor = await row(/خريطة المرافق/);
    expect(poor.getByText(/data budget is used up until/)).toBeTruthy();
    await user.click(poor.getByRole('button', { name: 'Send it now all the same' }));
    expect(called('outbox.insist')[0]?.args).toEqual({ entry: 'f2' });
    await user.click(poor.getByRole('button', { name: 'Limits for sending' }));
    await waitFor(() => expect(currentScreen()).toEqual({ name: 'settings', section: 'sending' }));
  });

  it('tells sizes and times as people say them, and no time nobody knows', async () => {
    openApp({ name: 'outbox' });
    const large = await row(/Rapport annuel/);
    expect(large.getByText('about 12 minutes')).toBeTruthy();
    const begun = await row(/Programme national/);
    expect(plain(begun.getByText(/left/).textContent)).toBe('1.7 MB left, about 1 minute');
    const unmeasured = await row(/National health accounts/);
    expect(unmeasured.queryByText(/about/)).toBeNull();
    const total = await screen.findByRole('region', { name: 'All that waits' });
    expect(plain(total.textContent)).toContain('12 MB of 50 MB used this month');
  });

  it('shows what the editor wrote, and what can be done', async () => {
    const { user, called } = openApp({ name: 'outbox' });
    const returned = await row(/training centre for midwives/);
    expect(returned.getByText(/Please name the town/).getAttribute('dir')).toBe('auto');
    const removed = await row(/حملة التبرع/);
    expect(removed.getByText(/removed this piece/)).toBeTruthy();
    await user.click(removed.getByRole('button', { name: 'Leave it so' }));
    expect(called('outbox.withdraw')[0]?.args).toEqual({ entry: 'f5' });
    await user.click(removed.getByRole('button', { name: 'Send ours again' }));
    expect(called('outbox.retry')[0]?.args).toEqual({ entry: 'f5' });
  });

  it('asks the portal to take down only with a reason', async () => {
    const { user, called } = openApp({ name: 'outbox' });
    const there = await row(/اختتام الدورة/);
    await user.click(there.getByRole('button', { name: /More actions/ }));
    await user.click(await screen.findByRole('menuitem', { name: /Ask to take it down/ }));
    await user.click(there.getByRole('button', { name: 'Ask to take it down' }));
    expect(there.getByText('Write why.')).toBeTruthy();
    await user.type(there.getByRole('textbox'), 'The figures are wrong.{Enter}');
    expect(called('outbox.withdraw')[0]?.args).toEqual({ entry: 'e5', reason: 'The figures are wrong.' });
  });

  it('is walked through with the arrows', async () => {
    const { user } = openApp({ name: 'outbox' });
    (await row(/كيف خفضت/)).getByRole('button', { name: 'Let it go' }).focus();
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement?.closest('li')?.textContent).toContain('خريطة المرافق');
    await user.keyboard('{ArrowUp}');
    expect(document.activeElement?.closest('li')?.textContent).toContain('كيف خفضت');
  });
});

describe('wishes about sending', () => {
  it('hold at once', async () => {
    const desk = new FakeDesk();
    desk.sending = structuredClone(coming.nothingWished);
    const { user, called } = openApp({ name: 'settings', section: 'sending' }, desk);
    await user.click(await screen.findByRole('switch', { name: 'Keep to a data budget' }));
    const size = await screen.findByRole('textbox', { name: 'At most' });
    await user.clear(size);
    await user.type(size, '120{Enter}');
    await user.click(screen.getByRole('radio', { name: 'a day' }));
    await user.click(screen.getByRole('switch', { name: 'Send nothing at certain hours' }));
    await waitFor(() => expect(called('outbox.set_sending').length).toBe(4));
    expect(called('outbox.set_sending').at(-1)?.args).toEqual({
      ...coming.nothingWished.settings,
      budget_bytes: 120_000_000,
      budget_period: 'day',
      quiet_from: '22:00',
      quiet_to: '06:00',
    });
    expect(await screen.findByRole('button', { name: /From/ })).toBeTruthy();
  });

  it('do not undo each other when they come quickly', async () => {
    const desk = new FakeDesk();
    desk.sending = structuredClone(coming.nothingWished);
    const { called } = openApp({ name: 'settings', section: 'sending' }, desk);
    await screen.findByRole('switch', { name: /budget/i });
    const part = screen.getByRole('region', { name: 'Sending' });
    const switches = within(part).getAllByRole('switch');
    // Before the desk has answered the first.
    act(() => {
      for (const one of switches) one.click();
    });
    await waitFor(() => expect(called('outbox.set_sending')).toHaveLength(4));
    expect(desk.sending.settings).toMatchObject({
      budget_bytes: 50_000_000,
      quiet_from: '22:00',
      ask_above_bytes: 10_000_000,
      metered: true,
    });
  });

  it('say what a portal can do, and where it ends', async () => {
    const { user } = openApp({ name: 'settings' });
    await user.click(await screen.findByText('What this portal can do'));
    expect(screen.getByText('WordPress as it comes, without the Qalam plugin')).toBeTruthy();
    expect(screen.getByText(/reads every text and file back/)).toBeTruthy();
    expect(screen.queryByText(/a_word_of_tomorrow/)).toBeNull();
  });
});

describe('a piece changed on the portal', () => {
  const conflict = { name: 'conflict', draft: sample.ids.event, portal: 'OIC Health Portal' } as const;
  const part = (name: string) => screen.findAllByRole('region', { name });

  it('is put together part by part, and nothing before everything is decided', async () => {
    const { user, called } = openApp(conflict);
    const [text] = await part('Text');
    if (!text) throw new Error('no text');
    const put = screen.getByRole('button', { name: 'Put together' });
    expect(put).toHaveProperty('disabled', true);
    expect(screen.getByText('2 parts still to be decided')).toBeTruthy();
    expect(within(text).getByText('On the portal now').parentElement?.textContent).toContain('deux');
    await user.click(within(text).getByRole('radio', { name: 'Both, ours first' }));
    const titles = await part('Title');
    const arabic = titles.find((one) => one.textContent?.includes('ورشة'));
    if (!arabic) throw new Error('no Arabic title');
    expect(within(arabic).getByText(/لترصد/).closest('[dir]')?.getAttribute('dir')).toBe('rtl');
    await user.click(within(arabic).getByRole('radio', { name: 'Ours' }));
    await user.click(put);
    expect(called('conflicts.settle')[0]?.args).toEqual({
      draft: sample.ids.event,
      portal: 'OIC Health Portal',
      seen: 'ours theirs',
      how: {
        with: 'parts',
        choices: {
          'title.fr': 'theirs',
          'body.fr.1': 'both',
          'title.ar': 'ours',
          areas: 'ours',
          'field.place': 'theirs',
        },
      },
    });
    await waitFor(() => expect(currentScreen()).toEqual({ name: 'editor', draft: sample.ids.event }));
  });

  it('shows the result before it is one', async () => {
    const { user } = openApp(conflict);
    await user.click(await screen.findByRole('radio', { name: 'Result' }));
    expect(screen.getAllByText('2 parts still to be decided')).toHaveLength(2);
    await user.click(screen.getByRole('button', { name: 'All ours' }));
    expect(await screen.findByText(/réunit quinze pays/)).toBeTruthy();
    await user.click(screen.getByRole('tab', { name: 'Arabic' }));
    expect((await screen.findByText(/خمسة عشر/)).closest('[dir]')?.getAttribute('dir')).toBe('rtl');
  });

  it('sends our approved text as it is when all of it is ours', async () => {
    const desk = new FakeDesk();
    for (const draft of desk.drafts) if (draft.id === sample.ids.event) draft.state = 'conflict';
    const { user, called } = openApp(conflict, desk);
    await user.click(await screen.findByRole('button', { name: 'All ours' }));
    expect(screen.getByText(/It needs no new review/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Send ours in its place' }));
    expect(called('conflicts.settle')[0]?.args).toMatchObject({ how: { with: 'ours' } });
  });

  it('says so when there is nothing left to settle', async () => {
    openApp({ name: 'conflict', draft: sample.ids.news });
    expect(await screen.findByText('Nothing to settle here')).toBeTruthy();
  });
});

describe('pieces already on the portal', () => {
  it('are found, fetched and opened', async () => {
    const { user, called } = openApp({ name: 'drafts' });
    await user.click(await screen.findByRole('button', { name: 'From the portal' }));
    expect(await screen.findByText('Comes with the next connection')).toBeTruthy();
    await user.type(screen.getByRole('searchbox'), 'المختبر');
    await user.click(await screen.findByRole('button', { name: /^Fetch .*افتتاح/ }));
    expect(called('remote.fetch')[0]?.args).toEqual({ portal: 'OIC Health Portal', items: ['r2'] });
    await user.clear(screen.getByRole('searchbox'));
    await user.click(await screen.findByRole('button', { name: /^Revise/ }));
    expect(called('remote.adopt')[0]?.args).toEqual({ portal: 'OIC Health Portal', item: 'r1' });
    expect(await screen.findByText(/1 file of the piece is not on this PC/)).toBeTruthy();
    await waitFor(() => expect(currentScreen()).toEqual({ name: 'editor', draft: sample.ids.news }));
  });

  it('teach when there are none', async () => {
    const desk = new FakeDesk();
    desk.remote = [];
    openApp({ name: 'remote' }, desk);
    expect(await screen.findByText('Nothing on the portal that is not here')).toBeTruthy();
  });
});

describe('what the editor asked for', () => {
  it('stands at the draft', async () => {
    const desk = new FakeDesk();
    const release = desk.drafts.find((draft) => draft.id === sample.ids.review)?.release ?? null;
    for (const draft of desk.drafts) if (draft.id === sample.ids.news) draft.release = release;
    openApp({ name: 'desk', draft: sample.ids.news }, desk);
    const preview = await screen.findByRole('region', { name: 'Preview' });
    expect(await within(preview).findByText(/Please name the town/)).toBeTruthy();
    expect(within(preview).getByRole('button', { name: 'Open' })).toBeTruthy();
  });
});

describe('sending without the window', () => {
  const part = async () => within(await screen.findByRole('region', { name: 'Without the window' }));

  it('is switched on and off, and ends by quitting', async () => {
    const { user, called } = openApp({ name: 'settings' });
    const here = await part();
    expect(here.queryByRole('button', { name: 'Quit Qalam' })).toBeNull();
    await user.click(here.getByRole('switch', { name: 'Keep sending when the window is closed' }));
    expect(called('settings.set')[0]?.args).toEqual({ key: 'keep_sending', value: true });
    await user.click(await here.findByRole('button', { name: 'Quit Qalam' }));
    expect(called('app.quit')).toHaveLength(1);
    await user.click(here.getByRole('switch', { name: 'Send from sign-in on' }));
    expect(called('background.install_service')).toHaveLength(1);
    await user.click(here.getByRole('switch', { name: 'Tell me when something needs me' }));
    expect(called('settings.set')[1]?.args).toEqual({ key: 'notices', value: false });
  });

  it('says so where the desktop has no place for an icon', async () => {
    const desk = new FakeDesk();
    desk.tray = false;
    desk.service = null;
    openApp({ name: 'settings' }, desk);
    const here = await part();
    expect(await here.findByText(/no place for a small icon/)).toBeTruthy();
    expect(here.getByText(/keeps no services/)).toBeTruthy();
    expect(
      here.getByRole('switch', { name: 'Keep sending when the window is closed' }).hasAttribute('disabled'),
    ).toBe(true);
  });
});

describe('the proxy', () => {
  const part = async () => within(await screen.findByRole('region', { name: 'Proxy' }));

  it('is entered by hand where the network only names a script', async () => {
    const desk = new FakeDesk();
    desk.script = 'http://wpad.example/proxy.pac';
    const { user, called } = openApp({ name: 'settings' }, desk);
    const here = await part();
    expect(plain((await here.findByText(/names its proxy in a script/)).textContent)).toContain(
      'http://wpad.example/proxy.pac',
    );
    await user.click(here.getByRole('radio', { name: 'Through this proxy' }));
    expect(called('proxy.set')).toHaveLength(0);
    await user.click(await here.findByRole('button', { name: 'Use this proxy' }));
    expect(here.getByText('Write the proxy’s address.')).toBeTruthy();
    await user.type(here.getByRole('textbox', { name: 'Address of the proxy' }), 'proxy.example:3128');
    await user.type(here.getByRole('textbox', { name: 'User name' }), 'office');
    await user.type(here.getByLabelText('Password'), 'geheim');
    await user.click(here.getByRole('button', { name: 'Use this proxy' }));
    expect(called('proxy.set')[0]?.args).toEqual({
      proxy: { mode: 'manual', address: 'proxy.example:3128', user: 'office' },
      password: 'geheim',
    });
    await user.click(here.getByRole('radio', { name: 'Without a proxy' }));
    expect(called('proxy.set')[1]?.args).toMatchObject({ proxy: { mode: 'direct' } });
  });
});
