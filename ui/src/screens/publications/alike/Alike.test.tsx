import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { FakeDesk } from '../../../../tests/fake';
import { openApp } from '../../../../tests/open';
import { likenesses } from '../../../../tests/samples';

async function open() {
  const desk = new FakeDesk();
  desk.likenesses = structuredClone(likenesses);
  const opened = openApp({ name: 'publications' }, desk);
  await opened.user.click(await screen.findByRole('button', { name: '4 likely duplicates' }));
  await screen.findByRole('listbox', { name: 'Questions to decide' });
  const settled = () =>
    opened
      .called('publications.settle')
      .map((call) => call.args as { rule: string; likenesses: number[]; preview: boolean })
      .filter((args) => !args.preview);
  return { ...opened, settled };
}

describe('likely duplicates', () => {
  it('are laid side by side, with what differs named', async () => {
    await open();
    const table = await screen.findByRole('table', { name: 'Both side by side' });
    const year = within(table).getByRole('rowheader', { name: /^Year/ });
    expect(within(year).getByLabelText('differs')).toBeTruthy();
    expect(screen.getByText(/62.?%.? of the text is the same/)).toBeTruthy();
  });

  it('are decided by a number, and the next one takes the place', async () => {
    const { user, settled } = await open();
    await user.keyboard('1');
    await waitFor(() =>
      expect(settled()).toEqual([{ rule: 'keep_newest', likenesses: [1], preview: false }]),
    );
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(3));
    await user.keyboard('2');
    await waitFor(() => expect(settled()[1]).toEqual({ rule: 'keep_both', likenesses: [2], preview: false }));
  });

  it('that a piece uses are not made copies', async () => {
    const { user, settled } = await open();
    const copy = await screen.findByRole('button', { name: /keep it as a copy/ });
    expect(copy).toHaveProperty('disabled', true);
    expect(copy.textContent).toMatch(/a piece uses/);
    await user.keyboard('2');
    expect(settled()).toEqual([]);
  });

  it('that the portal has can be taken off the desk', async () => {
    const { user, called } = await open();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    await user.click(await screen.findByRole('button', { name: /Take it off this desk/ }));
    await waitFor(() => expect(called('publications.remove')[0]?.args).toEqual({ publication: 'pub4' }));
  });

  it('are decided by one rule after it was shown what it does', async () => {
    const { user, settled } = await open();
    await user.click(screen.getByRole('button', { name: 'Decide many at once' }));
    await user.click(await screen.findByRole('radio', { name: /The newer one counts/ }));
    expect(await screen.findByRole('heading', { name: '2 newer editions count' })).toBeTruthy();
    expect(screen.getByRole('heading', { name: '2 stay questions' })).toBeTruthy();
    expect(settled()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Decide 2 questions' }));
    await waitFor(() =>
      expect(settled()).toEqual([{ rule: 'keep_newest', likenesses: [1, 2, 3, 4], preview: false }]),
    );
    await waitFor(() => expect(screen.getAllByRole('option')).toHaveLength(2));
  });
});
