import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { FakeDesk } from '../../../tests/fake';
import { openApp } from '../../../tests/open';
import * as sample from '../../../tests/samples';
import type { DiagnosisStep } from '../../backend/wire';
import { withoutIsolates } from '../../text/bidi';
import { families } from './found';

const steps = async () =>
  within(await screen.findByRole('region', { name: 'What was looked at' })).getAllByRole('listitem');
const text = (element: HTMLElement | undefined) => withoutIsolates(element?.textContent ?? '');

/** The way with one step that fails; what comes after it is not tried. */
function endingAt(step: DiagnosisStep['step'], failure: DiagnosisStep['failure']) {
  const at = sample.diagnosis.steps.findIndex((one) => one.step === step);
  return sample.diagnosis.steps.map((one, index): DiagnosisStep => {
    if (index < at) return one;
    const nothing = { ...one, found: {}, millis: null };
    return index === at ? { ...nothing, state: 'failed', failure } : { ...nothing, state: 'skipped' };
  });
}

async function open(failed: DiagnosisStep[] = sample.diagnosis.steps) {
  const desk = new FakeDesk({ 'portals.diagnose': () => ({ ...sample.diagnosis, steps: failed }) });
  return openApp({ name: 'connection', portal: 'OIC Health Portal' }, desk);
}

describe('looking at the connection', () => {
  it('is reached from the settings of a portal, and leads back', async () => {
    const { user } = openApp({ name: 'settings' });
    const buttons = await screen.findAllByRole('button', { name: 'Look at the connection' });
    await user.click(buttons[1] as HTMLElement);
    expect(await screen.findByText('Every step to the portal works.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Back to settings' }));
    expect(await screen.findByRole('heading', { name: 'Settings' })).toBeTruthy();
  });

  it('tells each step in one sentence', async () => {
    await open();
    const told = (await steps()).map(text);
    expect(told).toHaveLength(9);
    expect(told[1]).toContain('directly, without a proxy');
    expect(told[2]).toContain('203.0.113.7, 2001:db8::7 (IPv4 and IPv6)');
    expect(told[3]).toContain('203.0.113.7 answers.');
    expect(told[4]).toContain('“Sample Authority”');
    expect(told[7]).toContain('differ by 1 second.');
    expect(told[8]).toContain('leave each second');
  });

  it.each([
    ['lookup', 'name_lookup', { host: 'portal.example' }, 'could not be found'],
    ['proxy', 'proxy_login', {}, 'wants a user name and password'],
    ['tls', 'certificate', { host: 'portal.example' }, 'is not trusted by this PC'],
    ['tls', 'clock_wrong', { host: 'portal.example' }, 'The clock of this PC is wrong'],
    ['portal', 'captive_portal', {}, 'login page'],
    ['login', 'credentials', {}, 'does not accept the name, password or token'],
  ] as const)('says where the way ends: %s, %s', async (step, code, params, sentence) => {
    await open(endingAt(step, { code, params, detail: 'for the administrator' }));
    expect(await screen.findByText(/The way ends at this step/)).toBeTruthy();
    const failed = (await steps()).find((one) => one.dataset.state === 'failed');
    expect(text(failed)).toContain(sentence);
    // What to do, set apart.
    expect(failed?.querySelector('strong')?.textContent).toBeTruthy();
    expect(text(failed)).toContain('for the administrator');
    const after = (await steps()).at(-1);
    expect(text(after)).toContain('A step before it failed.');
  });

  it('says that nothing is encrypted where nothing is', async () => {
    const plain = sample.diagnosis.steps.map((one) =>
      one.step === 'tls' ? { ...one, state: 'skipped' as const, found: {}, millis: null } : one,
    );
    await open(plain);
    expect(text((await steps())[4])).toContain('not encrypted');
  });

  it('does not say that the way ends where it went on', async () => {
    const steps = sample.diagnosis.steps.map((one) =>
      one.step === 'clock'
        ? {
            ...one,
            state: 'failed' as const,
            failure: { code: 'clock_wrong', params: { host: 'portal.example' }, detail: '' },
          }
        : one,
    );
    await open(steps);
    expect(await screen.findByText(/one thing is wrong: .*Clock/)).toBeTruthy();
  });

  it('looks again, and prints', async () => {
    const print = vi.spyOn(window, 'print').mockImplementation(() => undefined);
    const { user, called } = await open();
    await steps();
    await user.click(screen.getByRole('button', { name: 'Look again' }));
    await waitFor(() => expect(called('portals.diagnose')).toHaveLength(2));
    await user.click(await screen.findByRole('button', { name: 'Print' }));
    expect(print).toHaveBeenCalledOnce();
    print.mockRestore();
  });

  it('names the families of addresses', () => {
    expect(families('203.0.113.7')).toBe('v4');
    expect(families('2001:db8::7')).toBe('v6');
    expect(families('203.0.113.7, ::1')).toBe('both');
  });
});
