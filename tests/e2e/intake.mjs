// Files that come in by themselves: a watched folder, away and back.

import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axe, check, exact, picture, serve, welcome, words } from './harness.mjs';
import { open } from './journeys.mjs';

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
  const { page, troubles, context } = await open(browser, desk);
  const step = (name, body) => check(`${lang} watched folder: ${name}`, body);
  const strip = page.getByRole('region', exact(w('watched/label')));
  const rows = (count) =>
    page.waitForFunction((rows) => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') === String(rows + 1), count, { timeout: 60_000 });
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
      await rows(2);
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
    await step('the page reported no error', async () => {
      if (troubles.length > 0) throw new Error(troubles.slice(0, 5).join('\n'));
    });
  } finally {
    await context.close();
    await desk.stop();
    rmSync(place, { recursive: true, force: true });
  }
}
