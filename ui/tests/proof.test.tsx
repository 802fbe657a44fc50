import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Failure } from '../src/backend/failure';
import type { Look, Standing, Verification } from '../src/backend/wire';
import { verdict } from '../src/pieces/proofWords';
import { change } from '../src/screens/proof/Looked';
import { currentScreen } from '../src/state/screen';
import { FakeDesk } from './fake';
import { openApp } from './open';
import * as sample from './samples';

const region = (name: string) => screen.findByRole('region', { name });

describe('the proof of a piece', () => {
  it('answers in one sentence and tells who signed with which key', async () => {
    openApp({ name: 'proof', draft: sample.ids.review });
    const answer = await region('What is proven');
    expect(
      within(answer).getByText(/Sample Minister.* approved exactly this on .* Nothing was changed/),
    ).toBeTruthy();
    const trail = await region('History of this piece');
    expect(within(trail).getByText(/Sample Minister.* approved/)).toBeTruthy();
    expect(within(trail).getByRole('img', { name: /90123 45678/ })).toBeTruthy();
    expect(within(trail).getByText('Well written.')).toBeTruthy();
  });

  it('becomes a sheet for a signature on paper', async () => {
    const { user, called } = openApp(
      { name: 'proof', draft: sample.ids.review },
      new FakeDesk({
        'files.save_as': ({ name }) => ({ path: `/media/stick/${name}` }),
        'review.sheet': () => ({ bytes: 47_000 }),
      }),
    );
    const sheet = await region('Sheet for a signature on paper');
    await user.click(within(sheet).getByRole('button', { name: 'Write the sheet (PDF)…' }));
    expect(await within(sheet).findByText(/Written: .*\.pdf/)).toBeTruthy();
    expect(called('review.sheet')[0]?.args).toMatchObject({ draft: sample.ids.review, lang: 'en' });
  });

  const checks: [string, Verification['checks'], string][] = [
    ['approved', sample.proven.checks, 'good'],
    ['undecided', [{ code: 'undecided', outcome: 'note', params: {} }], 'note'],
    ['returned', [{ code: 'decision_return', outcome: 'good', params: { name: 'A', at: '' } }], 'note'],
    ['not_approved', [{ code: 'not_approved', outcome: 'bad', params: {} }], 'note'],
    ['unknown', [{ code: 'key_unknown', outcome: 'bad', params: { name: 'A' } }], 'note'],
    [
      'bad',
      [
        { code: 'key_unknown', outcome: 'bad', params: { name: 'A' } },
        { code: 'release_differs', outcome: 'bad', params: {} },
      ],
      'bad',
    ],
  ];
  it.each(checks)('comes to %s', (id, list, tone) => {
    const valid = list.every((check) => check.outcome !== 'bad');
    expect(verdict({ valid, release: '', checks: list })).toMatchObject({ id, tone });
  });
});

describe('a review file', () => {
  it('is looked at before anything of it is taken; an unknown key is compared first', async () => {
    const { user, called } = openApp({ name: 'byfile' });
    await user.click(await screen.findByRole('button', { name: 'Choose a file…' }));
    const looked = await region('A request for your decision');
    expect(within(looked).getByRole('img', { name: /10101 20202/ })).toBeTruthy();
    expect(within(looked).queryByRole('button', { name: 'Take it in' })).toBeNull();
    await user.click(within(looked).getByRole('button', { name: /trust this key/ }));
    expect(await screen.findByText(/will stand under Review/)).toBeTruthy();
    expect(called('review.import')).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Take it in' }));
    await user.click(await screen.findByRole('button', { name: 'To the decision' }));
    expect(called('review.import')).toHaveLength(1);
    expect(currentScreen().name).toBe('review');
  });

  it('tells what it would change', () => {
    const told = (purpose: string, after: Look['after']) => change({ ...sample.request, purpose, after });
    expect(told('review', 'in_review')).toBe('request');
    expect(told('decision', 'approved')).toBe('approved');
    expect(told('decision', 'in_review')).toBe('signed');
    expect(told('decision', 'returned')).toBe('returned');
  });
});

describe('a decision', () => {
  const standing = (of: Partial<Standing>): Standing => ({
    release: '',
    needed: 1,
    signed: [],
    key: sample.keys[0] ?? null,
    refused: null,
    urgent: false,
    missing: 0,
    guest: false,
    ...of,
  });

  it('says why somebody may not approve, and the urgent path wants a reason', async () => {
    const refused = { code: 'own_draft', params: {}, detail: '' };
    const desk = new FakeDesk({ 'review.standing': () => standing({ refused, urgent: true }) });
    const { user, called } = openApp({ name: 'review' }, desk);
    expect(await screen.findByText(/asks for four eyes/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Approve and send' }).hasAttribute('disabled')).toBe(true);
    await user.click(screen.getByRole('button', { name: 'Urgent path' }));
    await user.click(screen.getByRole('button', { name: 'Approve urgently' }));
    expect(called('review.approve')).toHaveLength(0);
    await user.type(screen.getByRole('textbox', { name: /cannot|not wait|Why/ }), 'An outbreak.');
    await user.click(screen.getByRole('button', { name: 'Approve urgently' }));
    expect(called('review.approve')[0]?.args).toMatchObject({ words: 'An outbreak.', urgent: true });
  });

  it('asks for the passphrase where the key is locked, and then goes on', async () => {
    const desk: FakeDesk = new FakeDesk({
      'review.approve': ({ draft }) => {
        if (desk.secrets !== 'file') throw new Failure({ code: 'secrets_locked', params: {}, detail: '' });
        const { release } = sample.drafts.find((one) => one.id === draft) ?? {};
        if (!release) throw new Error('no release');
        return { ...release, state: 'approved' };
      },
    });
    desk.secrets = 'locked';
    const { user, called } = openApp({ name: 'review' }, desk);
    await user.click(await screen.findByRole('button', { name: 'Approve and send' }));
    await user.type(await screen.findByLabelText(/passphrase/i), 'open');
    await user.click(screen.getByRole('button', { name: /and approve$/ }));
    expect(await screen.findByText(/Approved\. It goes to the portal/)).toBeTruthy();
    expect(called('review.approve')).toHaveLength(2);
  });

  it('shows whose signature is there when two are needed', async () => {
    const signed = [
      {
        name: 'Sample Minister',
        fingerprint: '90123 45678 90123 45678 90123 45678 90123 45678',
        at: '2026-03-12T09:30:00Z',
        words: '',
        urgent: false,
        ours: false,
      },
    ];
    const desk = new FakeDesk({ 'review.standing': () => standing({ needed: 2, signed }) });
    openApp({ name: 'review' }, desk);
    expect(await screen.findByText(/Signatures so far: 1 of 2/)).toBeTruthy();
    expect(screen.getByText(/Sample Minister.* signed on/)).toBeTruthy();
  });
});

describe('keys in the settings', () => {
  it('is replaced with lines for paper that are shown once', async () => {
    const { user, called } = openApp({ name: 'settings' });
    const key = await region('Your key');
    await user.click(await within(key).findByRole('button', { name: 'Replace…' }));
    await user.click(within(key).getByRole('button', { name: 'Replace the key' }));
    expect(await within(key).findByText(/01234 56789/)).toBeTruthy();
    expect(called('keys.rotate')[0]?.args).toEqual({ key: 'k1', paper: true });
    await user.click(within(key).getByRole('button', { name: 'I have them on paper' }));
    expect(within(key).queryByText(/01234 56789/)).toBeNull();
  });

  it('ends only with a reason', async () => {
    const { user, called } = openApp({ name: 'settings' });
    const key = await region('Your key');
    await user.click(await within(key).findByRole('button', { name: 'Lost or leaving…' }));
    const end = within(key).getByRole('button', { name: 'End the key' });
    expect(end.hasAttribute('disabled')).toBe(true);
    await user.click(within(key).getByRole('radio', { name: /other hands/ }));
    await user.click(end);
    expect(called('keys.end')[0]?.args).toEqual({ key: 'k1', lost: true });
  });

  it('trusts somebody only after the digits were shown', async () => {
    const { user, called } = openApp({ name: 'settings' });
    const people = await region('People whose signatures count');
    await user.click(within(people).getByRole('button', { name: 'Add somebody’s key…' }));
    expect(await within(people).findByText(/Telephone .*Sample Director/)).toBeTruthy();
    expect(called('keys.trust')).toHaveLength(0);
    await user.click(within(people).getByRole('button', { name: /trust this key/ }));
    expect(await within(people).findByText('Sample Director')).toBeTruthy();
  });

  it('sets the rules of the house', async () => {
    const { user, called } = openApp({ name: 'settings' });
    const rules = await region('Rules for approvals');
    await user.click(within(rules).getByRole('switch', { name: 'Four eyes' }));
    expect(called('settings.set')[0]?.args).toEqual({
      key: 'approval',
      value: { four_eyes: true, two_signatures: [], urgent_path: false },
    });
    // The desk has not told yet that it took the first one: the second does not take it back.
    await user.click(within(rules).getByRole('switch', { name: 'Urgent path' }));
    expect(called('settings.set')[1]?.args).toEqual({
      key: 'approval',
      value: { four_eyes: true, two_signatures: [], urgent_path: true },
    });
  });
});
