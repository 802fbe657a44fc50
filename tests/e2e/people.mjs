// Several people on one PC: a desk is locked, opens by passphrase and by paper, is left and changed for another's.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { axe, check, exact, fits, open, picture, SMALL, serve, welcome, words } from './harness.mjs';

const SECRET = { en: 'Quokkazanzibar', fr: 'Quokkazanzibar', ar: 'قندسزنجبار' };
const FIRST = 'four ordinary words here';
const SECOND = 'five other ordinary words here';

/** Files of a folder that hold the word. */
function readable(folder, word) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return readable(path, word);
    return readFileSync(path).includes(word) ? [path] : [];
  });
}

async function journey(browser, lang) {
  const w = words(lang);
  const desk = await serve();
  const { page, close } = await open(browser, desk, { colorScheme: lang === 'ar' ? 'dark' : 'light' });
  const step = (name, body) => check(`${lang}: ${name}`, body);
  const button = (key) => page.getByRole('button', exact(w(`people/${key}`)));
  const field = (key) => page.getByLabel(w(`people/${key}`), { exact: true });
  /** The page begins anew, at the desk. */
  const toDesk = async (act) => {
    await Promise.all([page.waitForEvent('load'), act()]);
    await page.getByRole('navigation').first().waitFor();
  };
  try {
    await step('something is written', async () => {
      await page.getByRole('heading', { level: 1 }).waitFor();
      await welcome(page, lang, w);
      await page.locator('.ProseMirror').waitFor();
      await page.getByLabel(w('editor/title'), { exact: true }).fill(SECRET[lang]);
      await page.keyboard.press('Control+7');
      await page.getByRole('heading', exact(w('people/settings'))).waitFor();
      if (readable(join(desk.home, 'desk'), SECRET[lang]).length === 0)
        throw new Error('nothing was written');
    });
    let paper = '';
    await step('the desk is locked, and its lines go to paper', async () => {
      await button('lock').click();
      await axe(page, 'the lock');
      await field('new').fill(FIRST);
      await field('again').fill(`${FIRST}!`);
      await button('lock_now').click();
      await page.getByText(w('people/differ'), { exact: true }).waitFor();
      await field('again').fill(FIRST);
      await page.getByRole('region', exact(w('people/settings'))).scrollIntoViewIfNeeded();
      await picture(page, `${lang}-people-lock`);
      await button('lock_now').click();
      const lines = page.getByRole('group', exact(w('people/paper')));
      await lines.waitFor({ timeout: 120_000 });
      paper = await lines.locator('pre').innerText();
      await axe(page, 'the lines');
      await picture(page, `${lang}-people-paper`);
      await toDesk(() => button('paper_done').click());
      const left = readable(join(desk.home, 'desk'), SECRET[lang]);
      if (left.length > 0) throw new Error(left.join('\n'));
    });
    await step('Ctrl+L leaves it locked; a wrong passphrase is said, the right one opens', async () => {
      await page.keyboard.press('Control+l');
      await page.getByRole('heading', exact(w('people/locked'))).waitFor();
      await axe(page, 'locked');
      await field('passphrase').fill('not the right words');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      await axe(page, 'locked, wrong');
      await picture(page, `${lang}-people-locked`);
      for (const size of SMALL) {
        await page.setViewportSize(size);
        await fits(page, 'locked');
      }
      await page.setViewportSize({ width: 1366, height: 768 });
      await field('passphrase').fill(FIRST);
      await toDesk(() => page.keyboard.press('Enter'));
    });
    await step('a forgotten passphrase: the lines on paper', async () => {
      await page.keyboard.press('Control+l');
      await button('forgotten').click();
      await field('lines').fill(paper);
      await field('new').fill(SECOND);
      await field('again').fill(SECOND);
      await axe(page, 'the paper');
      await picture(page, `${lang}-people-recover`);
      await toDesk(() => button('unlock').click());
    });
    await step('a second person has a desk of their own', async () => {
      await page.keyboard.press('Control+7');
      await button('add').click();
      await page.getByRole('region', exact(w('people/settings'))).getByLabel(w('people/add_name'), { exact: true }).fill('Karim Sample');
      await page
        .getByRole('region', exact(w('people/settings')))
        .getByRole('button', exact(w('people/add')))
        .click();
      await button('switch').waitFor();
      await axe(page, 'settings, shared');
      await picture(page, `${lang}-people-settings`);
      await page.keyboard.press('Control+Shift+u');
      await page.getByRole('heading', exact(w('people/who'))).waitFor();
      await axe(page, 'who');
      await picture(page, `${lang}-people-who`);
      await page.getByRole('button', { name: 'Karim Sample' }).click();
      await page.getByRole('heading', { name: w('welcome/title') }).waitFor();
      if ((await page.content()).includes(SECRET[lang])) throw new Error('the other desk shows through');
    });
    await step('and back to the first, whose desk is still there', async () => {
      await welcome(page, lang, w);
      await page.locator('.ProseMirror').waitFor();
      await page.keyboard.press('Control+Shift+u');
      await page.getByRole('button', { name: 'Sample Focal Point' }).first().click();
      await field('passphrase').fill(SECOND);
      await page.keyboard.press('Enter');
      await page.getByText(SECRET[lang]).first().waitFor();
      await picture(page, `${lang}-people-back`);
    });
    await step('the lock is taken off', async () => {
      await page.keyboard.press('Control+7');
      await button('off').click();
      await field('old').fill(SECOND);
      await toDesk(() => button('off_now').click());
      await page.keyboard.press('Control+7');
      await button('lock').waitFor();
    });
  } finally {
    await close(`${lang}, people`);
  }
}

export async function people(browser) {
  for (const lang of ['en', 'ar', 'fr']) await journey(browser, lang);
}
