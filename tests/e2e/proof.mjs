// Approval with proof: keys and rules, a request by stick to a desk that was never online, the decision back, the proof.

import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axe, check, exact, picture, serve, welcome, words } from './harness.mjs';

/** A desk, its window, and what its dialogs choose. */
async function sit(browser, lang, w, stick, trouble) {
  const bag = mkdtempSync(join(tmpdir(), 'qalam-bag-'));
  const chosen = join(bag, 'chosen');
  const desk = await serve({ QALAM_TEST_CHOOSE: chosen, QALAM_TEST_SAVE: stick });
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.on('pageerror', (error) => trouble.push(String(error)));
  await page.goto(desk.url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await welcome(page, lang, w);
  await page.locator('.ProseMirror').waitFor();
  return {
    page,
    context,
    /** The file on the stick is what the next dialog chooses. */
    bring(name) {
      rmSync(chosen, { force: true });
      copyFileSync(join(stick, name), chosen);
    },
    async stop() {
      await context.close();
      await desk.stop();
      rmSync(bag, { recursive: true, force: true });
    },
  };
}

/** The newest file on the stick that was not there before. */
function fresh(stick, seen) {
  const name = readdirSync(stick).find((one) => !seen.has(one));
  if (!name) throw new Error('nothing new on the stick');
  seen.add(name);
  return name;
}

async function journey(browser, lang) {
  const w = words(lang);
  const stick = mkdtempSync(join(tmpdir(), 'qalam-stick-'));
  const troubles = [];
  const seen = new Set();
  const step = (name, body) => check(`${lang}: ${name}`, body);
  const author = await sit(browser, lang, w, stick, troubles);
  const minister = await sit(browser, lang, w, stick, troubles);
  const region = (page, id) => page.getByRole('region', exact(w(`proof/${id}`)));
  const button = (of, id) => of.getByRole('button', exact(w(`proof/${id}`)));
  const written = (page) => page.getByText(w('proof/file.written').split('{')[0].trim(), { exact: false }).waitFor();
  const byFile = async (page) => {
    await page.keyboard.press('Control+4');
    await button(page, 'by_file').click();
    await page.getByRole('heading', { level: 1, name: w('proof/by_file') }).waitFor();
  };
  const open = async (of, name) => {
    of.bring(name);
    await button(of.page, 'open.choose').click();
  };
  try {
    await step('a key is made with its paper, the lines are shown once', async () => {
      const { page } = minister;
      await page.keyboard.press('Control+7');
      const key = region(page, 'key');
      await key.scrollIntoViewIfNeeded();
      // Handing in the sample has not happened here: there is no key before the first need.
      await button(key, 'key.make').click();
      await button(key, 'paper.done').waitFor();
      await axe(page, 'the recovery key');
      await key.evaluate((one) => one.scrollIntoView({ block: 'start' }));
      await picture(page, `${lang}-key-paper`);
      await button(key, 'paper.done').click();
      await button(key, 'key.give').click();
      await key.getByText(w('proof/key.given'), { exact: true }).waitFor();
      await picture(page, `${lang}-key`);
    });
    await step('the other desk trusts it after comparing, and asks for four eyes', async () => {
      const { page } = author;
      author.bring(fresh(stick, seen));
      await page.keyboard.press('Control+7');
      const people = region(page, 'people');
      await button(people, 'people.add').click();
      await button(people, 'trust').waitFor();
      await people.evaluate((one) => one.scrollIntoView({ block: 'start' }));
      await axe(page, 'comparing a key');
      await picture(page, `${lang}-key-compare`);
      await button(people, 'trust').click();
      await people.getByRole('list').waitFor();
      const rules = region(page, 'rules');
      await rules.getByText(w('proof/rules.four_eyes'), { exact: true }).click();
      await rules.getByText(w('proof/rules.urgent'), { exact: true }).click();
      await rules.evaluate((one) => one.scrollIntoView({ block: 'start' }));
      await axe(page, 'rules for approvals');
      await picture(page, `${lang}-rules`);
    });
    await step('whoever handed in may not approve, and is told why', async () => {
      const { page } = author;
      await page.keyboard.press('Control+1');
      await page.getByRole('option').first().click();
      await page.getByRole('button', exact(w('common/action.open'))).click();
      await page.locator('.ProseMirror').waitFor();
      await page.getByRole('button', exact(w('editor/ask'))).first().click();
      await page.getByRole('form', { name: w('editor/ask') }).getByRole('button', exact(w('editor/ask'))).click();
      await page.getByText(w('common/state.in_review'), { exact: true }).first().waitFor();
      await page.keyboard.press('Control+4');
      await button(page, 'urgent').waitFor();
      if (await page.getByRole('button', exact(w('review/approve'))).isEnabled()) throw new Error('may approve');
      await axe(page, 'a refused approval');
      await picture(page, `${lang}-four-eyes`);
    });
    await step('the request goes to a stick', async () => {
      const { page } = author;
      await button(page, 'title').click();
      await region(page, 'file.review').waitFor();
      await axe(page, 'proof and history');
      await picture(page, `${lang}-proof-asked`);
      await region(page, 'file.review').getByRole('textbox').fill('Thursday');
      await button(page, 'file.write').click();
      await written(page);
      const sheet = region(page, 'sheet');
      await button(sheet, 'sheet.write').click();
      await written(sheet);
      for (const name of readdirSync(stick)) if (name.endsWith('.pdf')) seen.add(name);
      await sheet.evaluate((one) => one.scrollIntoView({ block: 'start' }));
      await picture(page, `${lang}-proof-sheet`);
    });
    await step('the desk that was never online looks, compares, takes it in', async () => {
      const { page } = minister;
      await byFile(page);
      await axe(page, 'review by file');
      await picture(page, `${lang}-byfile`);
      await open(minister, fresh(stick, seen));
      await region(page, 'looked.review').waitFor();
      await axe(page, 'a request of somebody unknown');
      await picture(page, `${lang}-looked-unknown`);
      await button(page, 'trust').click();
      await button(page, 'take').waitFor();
      await picture(page, `${lang}-looked`);
      await button(page, 'take').click();
      await button(page, 'taken.review').click();
      await button(page, 'approve_guest').waitFor();
      await axe(page, 'a request in review');
      await picture(page, `${lang}-review-guest`);
    });
    await step('its decision goes back', async () => {
      const { page } = minister;
      await button(page, 'approve_guest').click();
      await region(page, 'file.decision').waitFor();
      await axe(page, 'after the decision');
      await picture(page, `${lang}-decided`);
      await button(page, 'file.write').click();
      await written(page);
    });
    await step('the decision shows what it changes, and the piece leaves', async () => {
      const { page } = author;
      await byFile(page);
      await open(author, fresh(stick, seen));
      await button(page, 'take').waitFor();
      await axe(page, 'a decision');
      await picture(page, `${lang}-looked-decision`);
      await button(page, 'take').click();
      await button(page, 'taken.proof').click();
      await region(page, 'trail').waitFor();
      await region(page, 'file.proof').waitFor();
      await axe(page, 'the proof');
      await picture(page, `${lang}-proof`);
      await region(page, 'trail').evaluate((one) => one.scrollIntoView({ block: 'start' }));
      await picture(page, `${lang}-trail`);
    });
    await step('the proof is a file that the other desk accepts, and an altered one is refused', async () => {
      const { page } = author;
      await button(page, 'file.write').click();
      await written(page);
      const proof = fresh(stick, seen);
      await byFile(minister.page);
      await open(minister, proof);
      await region(minister.page, 'looked.proof').waitFor();
      await axe(minister.page, 'a proof');
      await picture(minister.page, `${lang}-looked-proof`);
      await minister.page.emulateMedia({ colorScheme: 'dark' });
      await axe(minister.page, 'a proof in the dark');
      await picture(minister.page, `${lang}-looked-proof-dark`);
      const bytes = readFileSync(join(stick, proof));
      bytes[bytes.length >> 1] ^= 1;
      writeFileSync(join(stick, 'altered.qalam'), bytes);
      seen.add('altered.qalam');
      await open(minister, 'altered.qalam');
      await region(minister.page, 'looked.none').getByText(w('proof/verdict.bad'), { exact: true }).waitFor();
      await axe(minister.page, 'an altered proof');
      await picture(minister.page, `${lang}-looked-altered`);
    });
    await step('nothing overflows at 1024×600 and at 200 %', async () => {
      const { page } = author;
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.keyboard.press('Control+7');
      await region(page, 'key').evaluate((one) => one.scrollIntoView({ block: 'start' }));
      await axe(page, 'settings in the dark');
      await picture(page, `${lang}-key-dark`);
      for (const [width, height] of [[1024, 600], [683, 384]]) {
        await page.setViewportSize({ width, height });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (over > 0) throw new Error(`${over} px too wide at ${width}×${height}`);
      }
      if (troubles.length > 0) throw new Error(troubles.slice(0, 5).join('\n'));
    });
  } finally {
    await author.stop();
    await minister.stop();
    rmSync(stick, { recursive: true, force: true });
  }
}

export async function proof(browser) {
  for (const lang of ['en', 'ar', 'fr']) await journey(browser, lang);
}
