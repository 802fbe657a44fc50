import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { FakeDesk } from '../../../tests/fake';
import { openApp } from '../../../tests/open';
import { Failure } from '../../backend';
import type { CarriedRow, HandoverRow, PackageRow } from '../../backend/wire';
import { currentScreen } from '../../state/screen';
import { fileName } from './files';

const AT = '2026-11-20T09:00:00Z';

const travelling: PackageRow = {
  id: 'k1',
  portal: 'practice',
  file: 'E:\\qalam-package-2026-11-20-0900.qalam-courier',
  sha256: 'a',
  bytes: 1_200_000,
  created_at: AT,
  answered_at: null,
  entries: [{ draft: 'd1', title: 'Measles campaign', release: 'r1', state: 'travelling', reason: null }],
};

const answered: PackageRow = {
  ...travelling,
  id: 'k0',
  file: '/media/stick/older.qalam-courier',
  answered_at: AT,
  entries: [
    { draft: 'd1', title: 'Measles campaign', release: 'r0', state: 'received', reason: null },
    {
      draft: 'd2',
      title: 'Statistics',
      release: 'r2',
      state: 'refused',
      reason: { code: 'type_refused', params: { name: 'a.exe', mime: 'x' }, detail: '' },
    },
  ],
};

const carried: CarriedRow = {
  sha256: 'c',
  package: 'k9',
  portal: 'practice',
  owner: 'TD',
  entries: 3,
  bytes: 900_000,
  state: 'delivered',
  reason: null,
  at: AT,
};

const handed: HandoverRow = {
  id: 'h1',
  draft: 'd1',
  title: 'Measles campaign',
  release: 'r1',
  place: '/media/stick/hand',
  made_at: AT,
  confirmed_at: null,
  confirmed_by: null,
};

function open(own: ConstructorParameters<typeof FakeDesk>[0] = {}) {
  let rows = [handed];
  const desk: FakeDesk = new FakeDesk({
    'courier.list': () => ({ packages: [travelling, answered], carried: [carried] }),
    'handover.list': () => ({ handovers: rows }),
    'handover.confirm': ({ has }) => {
      rows = [{ ...handed, confirmed_at: has ? AT : null, confirmed_by: has ? 'A. Person' : null }];
      desk.changed('outbox');
      return { handovers: rows };
    },
    'files.save_as': ({ name }) => ({ path: `/media/stick/${name}` }),
    'publications.choose': ({ folder }) => ({ paths: [folder ? '/media/stick' : '/media/stick/a'] }),
    ...own,
  });
  desk.portals = desk.portals.slice(0, 1);
  return openApp({ name: 'carry' }, desk);
}

const part = async (name: string) => within(await screen.findByRole('region', { name }));

describe('without a connection', () => {
  it('is found in the outbox and leads back there', async () => {
    const { user } = openApp({ name: 'outbox' });
    await user.click(await screen.findByRole('button', { name: 'Without a connection' }));
    expect(currentScreen().name).toBe('carry');
    await screen.findByRole('heading', { name: 'Without a connection' });
    await user.click(within(screen.getByRole('main')).getByRole('button', { name: 'Outbox' }));
    expect(currentScreen().name).toBe('outbox');
  });

  it('writes a package where the person says, and tells what was left out', async () => {
    const { user, called } = open({
      'courier.export': ({ to }) => ({
        id: 'k2',
        portal: 'practice',
        file: to,
        sha256: 'b',
        bytes: 2_000_000,
        entries: [{ draft: 'd1', title: 'Measles', release: 'r1', bytes: 1, reason: null }],
        left: [
          {
            draft: 'd2',
            title: 'A large one',
            release: 'r2',
            bytes: 1,
            reason: { code: 'package_full', params: { limit: '5' }, detail: '' },
          },
        ],
      }),
    });
    const take = await part('Take along on a stick');
    await user.click(take.getByRole('button', { name: 'Write a package' }));
    expect(await take.findByText(/1 piece is in .qalam-package-.*\.qalam-courier/)).toBeTruthy();
    expect(take.getByText(/A large one/)).toBeTruthy();
    expect(called('files.save_as')[0]?.args).toEqual({
      name: expect.stringMatching(/^qalam-package-\d{4}-\d\d-\d\d-\d{4}\.qalam-courier$/),
    });
    expect(called('courier.export')).toHaveLength(1);
  });

  it('takes the key of a portal never reached from a file', async () => {
    const { user, called } = open({
      'courier.export': () => {
        throw new Failure({ code: 'courier_key_missing', params: { portal: 'practice' }, detail: '' });
      },
      'courier.key': () => ({}),
    });
    const take = await part('Take along on a stick');
    await user.click(take.getByRole('button', { name: 'Write a package' }));
    await user.click(await take.findByRole('button', { name: 'Read in the key file' }));
    expect(await take.findByText(/The key is known now/)).toBeTruthy();
    expect(called('courier.key')[0]?.args).toEqual({ portal: 'practice', file: '/media/stick/a' });
  });

  it('does nothing when no place was chosen', async () => {
    const { user, called } = open({ 'files.save_as': () => ({ path: null }) });
    const take = await part('Take along on a stick');
    await user.click(take.getByRole('button', { name: 'Write a package' }));
    await waitFor(() => expect(called('files.save_as')).toHaveLength(1));
    expect(called('courier.export')).toHaveLength(0);
  });

  it('says what became of each piece once the receipts came', async () => {
    open();
    const take = await part('Take along on a stick');
    const older = (await take.findByText('older.qalam-courier')).closest('li');
    expect(older).toBeTruthy();
    const rows = within(older as HTMLElement);
    expect(rows.getByText('Received by the portal')).toBeTruthy();
    expect(rows.getByText('Refused')).toBeTruthy();
    expect(take.getByText(/On the way since/)).toBeTruthy();
  });

  it('reads receipts, and names those that were touched', async () => {
    const { user, called } = open({
      'courier.import': () => ({
        entries: answered.entries,
        packages: 1,
        foreign: 2,
        unknown: 0,
        problems: [{ code: 'receipts_altered', params: { package: 'k7' }, detail: 'signature' }],
      }),
    });
    const back = await part('Receipts brought back');
    await user.click(back.getByRole('button', { name: 'Read in receipts' }));
    expect(await back.findByText(/1 piece was received by the portal\. 2 answers are/)).toBeTruthy();
    expect(back.getByText(/not as the portal signed them/)).toBeTruthy();
    expect(called('courier.import')[0]?.args).toEqual({ file: '/media/stick/a' });
  });

  it('refuses an altered package by name', async () => {
    const { user } = open({
      'courier.deliver': ({ file }) => {
        throw new Failure({ code: 'package_altered', params: { file }, detail: '' });
      },
    });
    const deliver = await part('Deliver a package');
    await user.click(deliver.getByRole('button', { name: 'Choose the package' }));
    expect((await deliver.findByRole('alert')).textContent).toMatch(/no longer as it was made/);
  });

  it('delivers for another office and writes the receipts', async () => {
    const { user, called } = open({
      'courier.deliver': () => carried,
      'courier.receipts': () => ({ packages: 1 }),
    });
    const deliver = await part('Deliver a package');
    expect(await deliver.findByText(/^From .Chad/)).toBeTruthy();
    await user.click(deliver.getByRole('button', { name: 'Choose the package' }));
    expect(await deliver.findByText(/The package of .Chad. is at the portal/)).toBeTruthy();
    await user.click(deliver.getByRole('button', { name: 'Write the receipts' }));
    expect(await deliver.findByText(/Receipts of 1 package are in/)).toBeTruthy();
    expect(called('courier.receipts')).toHaveLength(1);
  });

  it('hands over in zips of a size, and hears that the editor has it', async () => {
    const { user, called } = open({
      'handover.export': ({ to, name }) => ({
        to: `${to}/${name}`,
        items: [{ draft: 'd1', release: 'r1', title: 'Measles' }],
        parts: [{ file: 'a', bytes: 1 }],
        problems: [],
      }),
    });
    const hand = await part('Hand-over for an editor');
    await user.click(hand.getByRole('radio', { name: 'zips for e-mail' }));
    await user.click(hand.getByRole('button', { name: 'Write the hand-over' }));
    expect(await hand.findByText(/1 piece is in .qalam-handover-.* One zip, each/)).toBeTruthy();
    expect(called('handover.export')[0]?.args).toMatchObject({ to: '/media/stick', max_mb: 10 });
    await user.click(hand.getByRole('button', { name: /^The editor has it: .Measles campaign/ }));
    expect(await hand.findByText(/With the editor, says .A\. Person/)).toBeTruthy();
    await user.click(hand.getByRole('button', { name: /^Not yet after all: .Measles campaign/ }));
    expect(await hand.findByRole('button', { name: /^The editor has it: .Measles campaign/ })).toBeTruthy();
  });

  it('takes a hand-over into the practice portal', async () => {
    const { user, called } = open({
      'handover.import': () => ({
        arrived: 2,
        problems: [{ code: 'handover_damaged', params: { path: 'x', name: 'Measles' }, detail: '' }],
      }),
    });
    const over = await part('Take a hand-over in');
    await user.click(over.getByRole('button', { name: 'Choose the folder' }));
    expect(await over.findByText(/2 pieces are at/)).toBeTruthy();
    expect(called('handover.import')[0]?.args).toMatchObject({ from: '/media/stick' });
  });

  it('reads names out of paths of any system', () => {
    expect(fileName('E:\\bag\\a.qalam-courier')).toBe('a.qalam-courier');
    expect(fileName('/media/stick/')).toBe('stick');
  });
});
