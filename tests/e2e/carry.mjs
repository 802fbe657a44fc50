// Without a connection: a piece leaves on a stick, another delivers it, its receipts come back; another is handed over.

import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { axe, check, exact, fits, open, picture, SMALL, serve, welcome, words } from './harness.mjs';

async function journey(browser, lang) {
  const w = words(lang);
  const bag = mkdtempSync(join(tmpdir(), 'qalam-bag-'));
  const chosen = join(bag, 'chosen');
  const stick = join(bag, 'stick');
  mkdirSync(stick);
  const desk = await serve({ QALAM_TEST_CHOOSE: chosen, QALAM_TEST_SAVE: stick });
  const { page, context, close } = await open(browser, desk);
  const step = (name, body) => check(`${lang}: ${name}`, body);
  const part = (name) => page.getByRole('region', exact(w(`carry/${name}`)));
  const press = (name, button) => part(name).getByRole('button', exact(w(`carry/${button}`))).click();
  /** What was written to the stick last is what the dialog chooses. */
  const bring = async (ending) => {
    const there = () => readdirSync(stick).find((one) => one.endsWith(ending));
    const end = Date.now() + 60_000;
    while (!there() && Date.now() < end) await page.waitForTimeout(50);
    const name = there();
    if (!name) throw new Error(`nothing ${ending} on the stick`);
    rmSync(chosen, { recursive: true, force: true });
    copyFileSync(join(stick, name), chosen);
  };
  try {
    await step('what waits is written to a stick', async () => {
      await page.getByRole('heading', { level: 1 }).waitFor();
      await welcome(page, lang, w);
      await page.locator('.ProseMirror').waitFor();
      await page.getByRole('button', exact(w('editor/ask'))).first().click();
      await page.getByRole('form', { name: w('editor/ask') }).getByRole('button', exact(w('editor/ask'))).click();
      await page.getByText(w('common/state.in_review'), { exact: true }).first().waitFor();
      await page.keyboard.press('Control+5');
      await page.getByRole('button', exact(w('outbox/pause_all'))).click();
      await page.getByRole('button', exact(w('outbox/resume_all'))).waitFor();
      await page.keyboard.press('Control+4');
      await page.getByRole('button', exact(w('review/approve'))).click();
      await page.keyboard.press('Control+5');
      await page.getByText(w('common/state.waiting'), { exact: true }).first().waitFor();
      await page.getByRole('button', exact(w('carry/open'))).click();
      await page.getByRole('heading', { level: 1, name: w('carry/title') }).waitFor();
      await axe(page, 'without a connection');
      await picture(page, `${lang}-carry-empty`);
      await press('take', 'take.write');
      await page.getByRole('list', exact(w('carry/take.list'))).waitFor({ timeout: 30_000 });
      await picture(page, `${lang}-carry-written`);
    });
    await step('pages for an editor, who then has them', async () => {
      mkdirSync(chosen);
      await press('hand', 'hand.write');
      await page.getByRole('list', exact(w('carry/hand.list'))).waitFor({ timeout: 30_000 });
      const folder = readdirSync(chosen)[0];
      if (!folder || !readdirSync(join(chosen, folder)).includes('index.html')) throw new Error('no index.html');
      await part('hand').getByText(w('carry/hand.confirm'), { exact: true }).click();
      await part('hand').getByText(w('carry/hand.undo'), { exact: true }).waitFor();
      await part('hand').scrollIntoViewIfNeeded();
      await axe(page, 'hand-over');
      await picture(page, `${lang}-carry-handover`);
      // As the editor sees it: files, a browser, no Qalam.
      const editor = await context.newPage();
      await editor.goto(pathToFileURL(join(chosen, folder, 'index.html')).href);
      await axe(editor, 'the index of a hand-over');
      await picture(editor, `${lang}-handover-index`);
      await editor.locator(`a[href$="${lang}.html"]`).first().click();
      await axe(editor, 'a piece of a hand-over');
      await picture(editor, `${lang}-handover-piece`);
      await editor.close();
    });
    await step('it is delivered, and its receipts come back', async () => {
      await bring('.qalam-courier');
      await press('deliver', 'deliver.choose');
      await page.getByRole('list', exact(w('carry/deliver.list'))).waitFor({ timeout: 30_000 });
      await press('deliver', 'deliver.receipts');
      await part('deliver').getByText(/receipts|accusés|إيصالات/i).last().waitFor();
      await bring('.qalam-receipts');
      await press('back_home', 'back_home.read');
      await page.getByText(w('carry/state.received'), { exact: true }).waitFor();
      await axe(page, 'delivered');
      await picture(page, `${lang}-carry-received`);
    });
    await step('what is no package is refused by name', async () => {
      await press('deliver', 'deliver.choose');
      await part('deliver').getByRole('alert').waitFor();
      await axe(page, 'refused');
      await picture(page, `${lang}-carry-refused`);
    });
    await step('dark, small and large have no fault', async () => {
      await page.emulateMedia({ colorScheme: 'dark' });
      await axe(page, 'in the dark');
      await picture(page, `${lang}-carry-dark`);
      for (const size of SMALL) {
        await page.setViewportSize(size);
        await fits(page, 'carrying');
      }
    });
  } finally {
    await close(`${lang}`);
    rmSync(bag, { recursive: true, force: true });
  }
}

export async function carry(browser) {
  for (const lang of ['ar', 'en', 'fr']) await journey(browser, lang);
}
