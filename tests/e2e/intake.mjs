// Files that come in: a watched folder, away and back; likely duplicates, decided one by one and by a rule; what is to be
// looked over about them.

import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axe, check, exact, fits, open, picture, root, rows, SMALL, serve, welcome, words } from './harness.mjs';

const NAMED = {
  en: ['Annual report 2024', 'Annual report 2025', 'Left alone'],
  ar: ['التقرير السنوي ٢٠٢٤', 'التقرير السنوي ٢٠٢٥', 'متروك'],
};
/** The folder is looked into every half minute; what two looks found the same is offered. */
const LOOKED = { timeout: 90_000 };

export async function watched(browser) {
  for (const lang of ['en', 'ar']) await offered(browser, lang);
}

async function offered(browser, lang) {
  const w = words(lang);
  const place = mkdtempSync(join(tmpdir(), 'qalam-watched-'));
  const folder = join(place, 'Annual reports');
  mkdirSync(folder);
  for (const name of NAMED[lang]) writeFileSync(join(folder, `${name}.md`), `# ${name}\n\nText of ${name}.\n`);
  const desk = await serve({ QALAM_TEST_CHOOSE: folder });
  const { page, close } = await open(browser, desk);
  const step = (name, body) => check(`${lang} watched folder: ${name}`, body);
  const strip = page.getByRole('region', exact(w('watched/label')));
  try {
    await step('is chosen, and what is in it is offered, not taken', async () => {
      await welcome(page, lang, w);
      await page.locator('.ProseMirror').waitFor();
      await page.keyboard.press('Control+3');
      await page.getByRole('button', exact(w('watched/choose'))).click();
      await strip.waitFor(LOOKED);
      if ((await page.getByRole('grid').count()) > 0) throw new Error('something was taken in unasked');
    });
    await step('what is ticked is added, the rest is left', async () => {
      await strip.getByRole('button', exact(w('watched/which'))).click();
      await strip.getByRole('checkbox', { name: NAMED[lang][2] }).click();
      await axe(page, 'offered files');
      await picture(page, `${lang}-watched-offered`);
      await strip.getByRole('button').nth(1).click();
      await rows(page, 2);
      await strip.getByRole('button', exact(w('watched/leave'))).click();
      await strip.waitFor({ state: 'detached' });
    });
    await step('away is said, and it comes back by itself', async () => {
      renameSync(folder, join(place, 'elsewhere'));
      await page.keyboard.press('Control+7');
      const part = page.getByRole('region', exact(w('watched/title')));
      await part.getByRole('button', exact(w('watched/look'))).click();
      await part.getByText(w('watched/away_help')).waitFor();
      await part.scrollIntoViewIfNeeded();
      await axe(page, 'a watched folder that is away');
      await picture(page, `${lang}-watched-away`);
      renameSync(join(place, 'elsewhere'), folder);
      await part.getByText(w('watched/nothing')).waitFor(LOOKED);
      await part.getByRole('button', exact(w('watched/stop'))).click();
      await part.getByRole('button', exact(w('watched/choose'))).waitFor();
    });
  } finally {
    await close(`${lang} watched folder`);
    rmSync(place, { recursive: true, force: true });
  }
}

/** The same report saved again and again, which only a person can tell from others of its name. */
export async function alike(browser) {
  for (const lang of ['en', 'ar']) await decided(browser, lang);
}

async function decided(browser, lang) {
  const w = words(lang);
  const folder = mkdtempSync(join(tmpdir(), 'qalam-alike-'));
  for (const at of [0, 1, 2, 3]) {
    const file = join(folder, `report ${at}.pdf`);
    copyFileSync(join(root, 'tests/fixtures/pdf/annual-report-en.pdf'), file);
    if (at > 0) appendFileSync(file, `\n% saved again, ${at}\n`);
  }
  const desk = await serve({ QALAM_TEST_CHOOSE: folder });
  const { page, close } = await open(browser, desk);
  const step = (name, body) => check(`${lang} duplicates: ${name}`, body);
  const questions = page.getByRole('listbox', exact(w('alike/list'))).getByRole('option');
  const left = (count) =>
    page.waitForFunction((count) => document.querySelectorAll('[role=listbox] [role=option]').length === count, count);
  try {
    await step('are asked about, side by side', async () => {
      await welcome(page, lang, w);
      await page.locator('.ProseMirror').waitFor();
      await page.keyboard.press('Control+3');
      await page.getByRole('button', exact(w('publications/intake.folder'))).click();
      await rows(page, 4);
      await page.locator('button:has(svg.lucide-copy-check)').first().click();
      await left(3);
      await page.getByRole('table', exact(w('alike/facts'))).waitFor();
      await axe(page, 'likely duplicates');
      await picture(page, `${lang}-alike`);
    });
    await step('one is decided by its number', async () => {
      await questions.first().focus();
      await page.keyboard.press('2');
      await left(2);
    });
    await step('the others by a rule, which says first what it does', async () => {
      await page.getByRole('button', exact(w('alike/many'))).click();
      await page.getByText(w('alike/way.attach'), { exact: true }).click();
      await page.getByRole('region', exact(w('alike/many.will'))).getByRole('listitem').first().waitFor();
      await axe(page, 'a rule for likely duplicates');
      await picture(page, `${lang}-alike-many`);
      await page.emulateMedia({ colorScheme: 'dark' });
      await axe(page, 'a rule in the dark');
      await page.emulateMedia({ colorScheme: 'light' });
      const will = await page.getByRole('region', exact(w('alike/many.will'))).getByRole('listitem').count();
      if (will !== 2) throw new Error(`${will} would become copies`);
      await page.getByRole('region', exact(w('alike/many.will'))).getByRole('button').click();
      await page.getByText(w('alike/none'), { exact: true }).waitFor();
    });
    await step('what became a copy is told beside the other', async () => {
      await page.getByRole('button', exact(w('common/action.close'))).first().click();
      await rows(page, 2);
      for (const size of SMALL) {
        await page.setViewportSize(size);
        await fits(page, 'the table');
      }
    });
  } finally {
    await close(`${lang} duplicates`);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where values came from, which are doubtful, and on which page words are. */
export async function lookedOver(browser) {
  for (const lang of ['en', 'ar']) await origins(browser, lang);
}

async function origins(browser, lang) {
  const w = words(lang);
  const folder = mkdtempSync(join(tmpdir(), 'qalam-origins-'));
  copyFileSync(join(root, 'tests/fixtures/pdf/annual-report-en.pdf'), join(folder, 'annual-report.pdf'));
  // Its only year is the one it was made in.
  copyFileSync(join(root, 'tests/fixtures/labelled/leaflet.pdf'), join(folder, 'leaflet.pdf'));
  const desk = await serve({ QALAM_TEST_CHOOSE: folder });
  const { page, close } = await open(browser, desk);
  const step = (name, body) => check(`${lang} origins: ${name}`, body);
  const side = page.getByRole('region', exact(w('publications/side')));
  const accept = side.getByText(w('publications/accept'), { exact: true });
  try {
    await step('doubtful values are a filter', async () => {
      await welcome(page, lang, w);
      await page.locator('.ProseMirror').waitFor();
      await page.keyboard.press('Control+3');
      await page.getByRole('button', exact(w('publications/intake.folder'))).click();
      await rows(page, 2);
      await page.getByRole('button', { name: w('publications/filter.missing') }).click();
      await axe(page, 'the choices of a filter');
      await page.getByRole('option').filter({ hasText: w('publications/filter.look.doubt') }).click();
      await rows(page, 1);
      await side.getByText(w('publications/doubtful')).first().waitFor();
      await axe(page, 'doubtful values');
      await picture(page, `${lang}-origins`);
    });
    await step('one key says that they are right, another takes it back', async () => {
      await page.getByRole('grid').focus();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Control+Enter');
      await accept.first().waitFor({ state: 'detached' });
      await page.keyboard.press('Control+z');
      await accept.first().waitFor();
    });
    await step('the side tells on which pages words are', async () => {
      await page.getByRole('button', exact(w('publications/filter.all'))).click();
      await page.getByRole('searchbox').fill('health');
      await page.locator('#found-inside').waitFor();
      await axe(page, 'words inside a file');
      await picture(page, `${lang}-origins-inside`);
      await page.emulateMedia({ colorScheme: 'dark' });
      await axe(page, 'words inside a file, in the dark');
    });
  } finally {
    await close(`${lang} origins`);
    rmSync(folder, { recursive: true, force: true });
  }
}
