import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { EditorDesk } from '../../../tests/editorDesk';
import { openApp } from '../../../tests/open';
import { comment } from '../../../tests/samplesReview';
import { Failure } from '../../backend';
import type { Draft } from '../../backend/wire';
import { currentScreen, go } from '../../state/screen';

async function open(more: Partial<Draft> = {}) {
  const desk = new EditorDesk(more);
  const app = openApp({ name: 'editor', draft: desk.id }, desk);
  const body = await screen.findByRole('textbox', { name: 'Text of the piece' });
  return {
    ...app,
    desk,
    body,
    saves: () => app.called('drafts.save').map((call) => call.args as Record<string, unknown>),
  };
}

const title = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Title' });

describe('the editor', () => {
  it('shows the original with its directions, and says saved', async () => {
    const { body } = await open();
    expect(title().value).toContain('الحصبة');
    expect(body.getAttribute('lang')).toBe('ar');
    expect(body.querySelector('ul')?.getAttribute('dir')).toBe('rtl');
    expect(await screen.findByText(/Saved on this PC/)).toBeTruthy();
  });

  it('asks what the desk holds of a piece once', async () => {
    const { desk } = await open();
    const names = desk.calls.map(({ name }) => name);
    expect(names.filter((name) => name === 'drafts.open')).toHaveLength(1);
    expect(names.filter((name) => name === 'drafts.document')).toHaveLength(1);
  });

  it('opens the words of the text it shows when somebody saves while it opens', async () => {
    const desk = new EditorDesk();
    const asked = desk.call.bind(desk);
    let saved = false;
    desk.call = async (name, args) => {
      const answer = structuredClone(await asked(name, args));
      if (name === 'drafts.open' && !saved) {
        saved = true;
        await asked('drafts.save', {
          draft: desk.id,
          lang: 'ar',
          base: 'rev-ar-0',
          title: 'عنوان آخر',
          summary: '',
          document: desk.documents.ar,
          markdown: null,
          fields: {},
        });
      }
      return answer;
    };
    const { user, called } = openApp({ name: 'editor', draft: desk.id }, desk);
    await screen.findByRole('textbox', { name: 'Text of the piece' });
    await waitFor(() => expect(title().value).toBe('عنوان آخر'));
    await user.type(title(), '!');
    await waitFor(() => expect(called('drafts.save')).toHaveLength(2));
    expect(called('drafts.save')[1]?.args).toMatchObject({ base: 'rev-ar-1', title: 'عنوان آخر!' });
  });

  it('saves what is typed, based on what it opened, and says so from the answer', async () => {
    const { user, saves, desk } = await open();
    await user.type(title(), '!');
    expect(screen.getByText('Not saved yet')).toBeTruthy();
    await waitFor(() => expect(saves()).toHaveLength(1));
    expect(saves()[0]).toMatchObject({ draft: desk.id, lang: 'ar', base: 'rev-ar-0', markdown: null });
    expect(String(saves()[0]?.title).endsWith('!')).toBe(true);
    await screen.findByText(/Saved on this PC/);
    await user.type(title(), '?');
    await waitFor(() => expect(saves()).toHaveLength(2));
    expect(saves()[1]?.base).toBe('rev-ar-1');
    expect(desk.piece().languages[0]?.title.endsWith('!?')).toBe(true);
  });

  it('saves before another language is shown', async () => {
    const { user, saves } = await open();
    await user.type(title(), '!');
    await user.click(screen.getByRole('radio', { name: /English/ }));
    await waitFor(() => expect(title().value).toContain('Measles'));
    expect(saves().map((save) => save.lang)).toEqual(['ar']);
    expect(screen.getByRole('textbox', { name: 'Text of the piece' }).getAttribute('lang')).toBe('en');
  });

  it('saves before the screen is left', async () => {
    const { user, saves } = await open();
    await user.type(title(), '!');
    await go({ name: 'desk' });
    expect(saves()).toHaveLength(1);
  });

  it('stays, and says why, when it cannot save', async () => {
    const { user, desk } = await open();
    desk.refuse = new Failure({ code: 'disk_full', params: {}, detail: 'disk' });
    await user.type(title(), '!');
    const gone = go({ name: 'desk' });
    expect(await screen.findByText(/^Not saved:/)).toBeTruthy();
    expect(await screen.findByText(/Leave although not everything is saved/)).toBeTruthy();
    expect(title()).toBeTruthy();
    // The next try follows by itself, and the wish to leave is granted with it.
    await gone;
    expect(currentScreen()).toEqual({ name: 'desk' });
  });

  it('stays when somebody writes on instead of answering', async () => {
    const { user, desk } = await open();
    desk.refuseAll = new Failure({ code: 'disk_full', params: {}, detail: 'disk' });
    await user.type(title(), '!');
    const gone = go({ name: 'desk' });
    await screen.findByText(/Leave although not everything is saved/);
    await user.type(title(), '?');
    await gone;
    expect(currentScreen()).toMatchObject({ name: 'editor' });
    expect(screen.queryByText(/Leave although/)).toBeNull();
  });

  it('leaves unsaved text only when told so, after offering to copy it', async () => {
    const { user, desk } = await open();
    desk.refuseAll = new Failure({ code: 'disk_full', params: {}, detail: 'disk' });
    await user.type(title(), '!');
    const gone = go({ name: 'desk' });
    const copied: string[] = [];
    document.execCommand = () => {
      const event = Object.assign(new Event('copy'), {
        clipboardData: { setData: (kind: string, words: string) => copied.push(`${kind}: ${words}`) },
      });
      return document.dispatchEvent(event) || copied.length > 0;
    };
    await user.click(await screen.findByRole('button', { name: 'Copy the text' }));
    expect(copied[0]).toMatch(/^text\/plain: بدء حملة .*!\n\n/);
    expect(copied[1]).toMatch(/^text\/html: <h1>.*<h2/);
    expect(await screen.findByText(/on the clipboard/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Leave anyway' }));
    await gone;
    expect(currentScreen()).toEqual({ name: 'desk' });
  });

  it('hands over what was written under a conflict before the other text is taken', async () => {
    const { user, desk, saves } = await open();
    const held = desk.piece().languages[0];
    if (!held) throw new Error('no version');
    Object.assign(held, { rev: 'rev-theirs', title: 'Theirs' });
    await user.type(title(), '!');
    const notice = await screen.findByRole('alert', { name: /changed elsewhere/ });
    await user.type(title(), '?');
    expect(saves()).toHaveLength(1);
    await user.click(within(notice).getByRole('button', { name: 'Take theirs' }));
    await waitFor(() => expect(title().value).toBe('Theirs'));
    expect(saves().map((save) => [save.base, String(save.title).slice(-2)])).toEqual([
      ['rev-ar-0', 'ت!'],
      ['rev-ar-0', '!?'],
    ]);
  });

  it('shows both texts when somebody else saved, and overwrites nothing until a person chooses', async () => {
    const { user, desk, saves } = await open();
    const held = desk.piece().languages[0];
    if (!held) throw new Error('no version');
    held.rev = 'rev-theirs';
    held.title = 'Theirs';
    await user.type(title(), '!');
    const notice = await screen.findByRole('alert', { name: /changed elsewhere/ });
    expect(within(notice).getByText('Theirs')).toBeTruthy();
    expect(held.title).toBe('Theirs');
    await user.click(within(notice).getByRole('button', { name: 'Keep mine as a new version' }));
    await waitFor(() => expect(saves().at(-1)?.base).toBe('rev-theirs'));
    await waitFor(() => expect(screen.queryByRole('alert', { name: /changed elsewhere/ })).toBeNull());
    expect(held.title.endsWith('!')).toBe(true);
  });

  it('takes theirs when chosen', async () => {
    const { user, desk } = await open();
    const held = desk.piece().languages[0];
    if (!held) throw new Error('no version');
    Object.assign(held, { rev: 'rev-theirs', title: 'Theirs' });
    await user.type(title(), '!');
    const notice = await screen.findByRole('alert', { name: /changed elsewhere/ });
    await user.click(within(notice).getByRole('button', { name: 'Take theirs' }));
    await waitFor(() => expect(title().value).toBe('Theirs'));
    expect(held.title).toBe('Theirs');
  });

  it('shows what somebody else saved while nothing was unsaved here', async () => {
    const { desk } = await open();
    const held = desk.piece().languages[0];
    if (!held) throw new Error('no version');
    Object.assign(held, { rev: 'rev-theirs', title: 'From elsewhere' });
    desk.changed('drafts');
    await waitFor(() => expect(title().value).toBe('From elsewhere'));
  });

  it('may be read but not changed while in review, and taken back', async () => {
    const { user, body, called } = await open({ state: 'in_review' });
    expect(body.getAttribute('contenteditable')).toBe('false');
    expect(title().readOnly).toBe(true);
    expect(screen.queryByRole('button', { name: 'Ask for review' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Take back from review' }));
    expect(called('review.withdraw')).toHaveLength(1);
  });

  it('shows why a piece was returned', async () => {
    await open({ state: 'returned', return_reason: 'Check the numbers.' });
    expect(screen.getByText('Check the numbers.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /comment/ })).toBeNull();
  });

  it('leads to the comments of a piece that was returned', async () => {
    const { user, desk } = await open({ state: 'returned', return_reason: 'Check the numbers.' });
    desk.comments = [comment(desk.id, 'one'), comment(desk.id, 'two', { state: 'resolved' })];
    desk.changed('review');
    await user.click(await screen.findByRole('button', { name: '1 open comment' }));
    expect(await screen.findByRole('heading', { name: 'Comments' })).toBeTruthy();
  });

  it('leads to what is missing instead of asking for review', async () => {
    const { user, called } = await open();
    await user.click(screen.getByRole('button', { name: 'Ask for review' }));
    expect(await screen.findByText('2 things are missing before review.')).toBeTruthy();
    expect(called('review.submit')).toHaveLength(0);
  });

  it('asks for review with a note when nothing is missing, having saved', async () => {
    const { user, desk, called, saves } = await open();
    desk.findings = [];
    await user.type(title(), '!');
    await user.click(screen.getByRole('button', { name: 'Ask for review' }));
    await user.type(await screen.findByRole('textbox', { name: /A word with this request/ }), 'Urgent');
    await user.click(within(screen.getByRole('form')).getByRole('button', { name: 'Ask for review' }));
    await waitFor(() =>
      expect(called('review.submit').map((call) => call.args)).toEqual([{ draft: desk.id, note: 'Urgent' }]),
    );
    // On a busy machine the pause of saving may end between two keys, and there are two.
    expect(String(saves().at(-1)?.title)).toMatch(/!$/);
  });

  it('saves fields of the piece apart from those of the language', async () => {
    const { user, called, saves } = await open();
    await user.click(await screen.findByRole('checkbox', { name: /Health System/ }));
    await waitFor(() => expect(called('drafts.set_fields')).toHaveLength(1));
    expect(called('drafts.set_fields')[0]?.args).toMatchObject({ base: 'fields-0', areas: ['ta2', 'ta1'] });
    const place = await screen.findByRole('textbox', { name: 'Place' });
    // Empty, it runs as the language written in it does; then by what is written.
    expect(place.getAttribute('dir')).toBe('rtl');
    await user.type(place, 'Amman');
    expect(place.getAttribute('dir')).toBe('auto');
    await waitFor(() => expect(saves().at(-1)?.fields).toEqual({ place: 'Amman' }));
  });

  it('merges fields that somebody else changed meanwhile', async () => {
    const { user, desk, called } = await open();
    Object.assign(desk.piece(), {
      fields_rev: 'fields-theirs',
      fields: { ...desk.piece().fields, sourceUrl: 'https://x.example' },
    });
    await user.click(await screen.findByRole('checkbox', { name: /Health System/ }));
    await waitFor(() => expect(called('drafts.set_fields')).toHaveLength(2));
    expect(desk.piece().fields.sourceUrl).toBe('https://x.example');
    expect(desk.piece().areas).toEqual(['ta2', 'ta1']);
  });

  it('adds a language', async () => {
    const { user, called } = await open();
    await user.click(screen.getByRole('button', { name: 'Add a language' }));
    await user.click(await screen.findByRole('menuitem', { name: 'French' }));
    await waitFor(() => expect(title().value).toBe(''));
    expect(called('drafts.add_language')[0]?.args).toMatchObject({ lang: 'fr' });
  });

  it('shows an earlier text, brings it back, and takes that back', async () => {
    const { user, called, desk } = await open();
    await user.click(screen.getByRole('tab', { name: 'History' }));
    // The present text is not offered, one kept beside says so.
    const rows = await screen.findAllByRole('button', { name: /Sample (Author|Approver)/ });
    expect(rows.map((row) => /never the present text/.test(row.textContent ?? ''))).toEqual([false, true]);
    await user.click(rows[0] as HTMLElement);
    expect(await screen.findByText('Text of rev-ar-old')).toBeTruthy();
    expect(called('drafts.restore')).toHaveLength(0);
    await user.click(await screen.findByRole('button', { name: /Bring back the text of/ }));
    await waitFor(() =>
      expect(called('drafts.restore').at(-1)?.args).toEqual({ draft: desk.id, rev: 'rev-ar-old' }),
    );
    const notice = await screen.findByText(/earlier text is back/);
    await user.click(within(notice.parentElement as HTMLElement).getByRole('button', { name: 'Undo' }));
    await waitFor(() =>
      expect(called('drafts.restore').at(-1)?.args).toEqual({ draft: desk.id, rev: 'rev-ar-0' }),
    );
  });

  it('takes a file out and puts it back', async () => {
    const { user, called, desk } = await open({
      attachments: [
        {
          id: 'att-p',
          draft: '',
          publication: 'pub1',
          sha256: 'd'.repeat(64),
          name: 'plan.pdf',
          mime: 'application/pdf',
          bytes: 1200,
          role: 'supplement',
          alt: {},
          title: '',
          position: 0,
        },
      ],
    });
    await user.click(screen.getByRole('tab', { name: /Files/ }));
    await user.click(await screen.findByRole('button', { name: /Take .*plan\.pdf.* out/ }));
    await waitFor(() => expect(desk.piece().attachments).toEqual([]));
    const notice = await screen.findByText(/was taken out/);
    await user.click(within(notice.parentElement as HTMLElement).getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(called('attachments.put_back').at(-1)?.args).toEqual({ attachment: 'att-p' }));
  });

  it('attaches a file and takes it out again from the line that says so, by keyboard alone', async () => {
    const { user, called } = await open({ attachments: [] });
    await user.click(screen.getByRole('tab', { name: /Files/ }));
    (await screen.findByRole('button', { name: 'Choose a file' })).focus();
    await user.keyboard('{Enter}');
    const notice = await screen.findByText(/plan\.pdf.* was attached/);
    within(notice.parentElement as HTMLElement)
      .getByRole('button', { name: 'Undo' })
      .focus();
    await user.keyboard('{Enter}');
    await waitFor(() =>
      expect(called('attachments.remove').at(-1)?.args).toEqual({ attachment: 'a-plan.pdf' }),
    );
  });

  it('moves between its regions with F6', async () => {
    const { user, body } = await open();
    title().focus();
    await user.keyboard('{F6}');
    expect(document.activeElement?.closest('aside')).not.toBeNull();
    await user.keyboard('{Shift>}{F6}{/Shift}');
    expect(document.activeElement).toBe(body);
  });

  it('refuses a text it cannot show rather than losing part of it', async () => {
    const desk = new EditorDesk();
    desk.documents.ar = { type: 'doc', content: [{ type: 'unheard_of' }] };
    const complain = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    openApp({ name: 'editor', draft: desk.id }, desk);
    expect(await screen.findByText(/unheard_of/)).toBeTruthy();
    expect(screen.queryByRole('textbox', { name: 'Title' })).toBeNull();
    complain.mockRestore();
  });
});
