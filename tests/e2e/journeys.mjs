// What a person does, from the first question to the receipt.

import { join } from 'node:path';
import { axe, check, exact, fits, open, picture, root, SMALL, serve, welcome, words } from './harness.mjs';

const TYPED = {
  en: { title: 'Vaccination day in the north', summary: 'Teams visited forty villages in one day and vaccinated more than two thousand children.', body: 'The ministry وزارة الصحة opened the day.' },
  fr: { title: 'Journée de vaccination', summary: 'Les équipes ont visité quarante villages en un jour et vacciné plus de deux mille enfants.', body: 'Le ministère وزارة الصحة a ouvert la journée.' },
  ar: { title: 'يوم التطعيم في الشمال', summary: 'زارت الفرق أربعين قرية في يوم واحد وطعّمت أكثر من ألفي طفل دون سن الخامسة.', body: 'سجّلت الفرق الجرعات في نظام DHIS2 في اليوم نفسه.' },
};

/** In the order of the rail: Ctrl+1 is the desk. */
const PLACES = ['desk', 'drafts', 'publications', 'review', 'outbox', 'search', 'settings'];

export async function journeys(browser) {
  for (const lang of ['en', 'fr', 'ar']) await mainJob(browser, lang);
  await nothingTypedIsLost(browser);
}

async function mainJob(browser, lang) {
  const w = words(lang);
  const desk = await serve({ QALAM_TEST_CHOOSE: join(root, 'tests/fixtures/pdf') });
  const { page, close } = await open(browser, desk);
  const place = (name) => page.keyboard.press(`Control+${PLACES.indexOf(name) + 1}`);
  const step = (name, body) => check(`${lang}: ${name}`, body);
  try {
    await step('three questions lead to a sample piece', async () => {
      await page.getByRole('heading', { level: 1 }).waitFor();
      await axe(page, 'welcome');
      await picture(page, `${lang}-welcome`);
      await welcome(page, lang, w);
      await page.locator('.ProseMirror').waitFor();
      await page.waitForFunction((dir) => document.documentElement.dir === dir, lang === 'ar' ? 'rtl' : 'ltr');
      await axe(page, 'editor');
      await picture(page, `${lang}-editor`);
    });
    await step('the sample goes to review and is approved', async () => {
      await page.getByRole('button', exact(w('editor/ask'))).first().click();
      await page.getByRole('form', { name: w('editor/ask') }).getByRole('button', exact(w('editor/ask'))).click();
      await page.getByText(w('common/state.in_review'), { exact: true }).first().waitFor();
      await place('review');
      await page.getByRole('button', exact(w('review/approve'))).waitFor();
      await axe(page, 'review');
      await picture(page, `${lang}-review`);
      await page.getByRole('button', exact(w('review/approve'))).click();
    });
    await step('it leaves by itself and arrives with a receipt', async () => {
      await place('outbox');
      await page.getByText(w('common/state.received'), { exact: true }).first().waitFor({ timeout: 30_000 });
      await axe(page, 'outbox');
      await picture(page, `${lang}-outbox`);
    });
    await step('a folder of publications comes in', async () => {
      await place('publications');
      await axe(page, 'publications, empty');
      await picture(page, `${lang}-publications-empty`);
      await page.getByRole('button', exact(w('publications/intake.folder'))).click();
      await page.getByText('Annual Health Report 2025').first().waitFor({ timeout: 60_000 });
      await axe(page, 'publications');
      await picture(page, `${lang}-publications`);
    });
    await step('a new piece is written, Arabic and Latin in one line', async () => {
      await page.keyboard.press('Control+n');
      await page.getByRole('option').first().waitFor();
      await axe(page, 'new');
      await picture(page, `${lang}-new`);
      await page.getByRole('option').first().click();
      await page.locator('.ProseMirror').waitFor();
      await page.getByLabel(w('editor/title'), { exact: true }).fill(TYPED[lang].title);
      await page.getByLabel(w('editor/summary'), { exact: true }).fill(TYPED[lang].summary);
      await page.locator('.ProseMirror').click();
      await page.keyboard.type(TYPED[lang].body);
      await page.keyboard.press('Enter');
      await page.keyboard.type('## ');
      await page.keyboard.type('DHIS2');
      const saved = w('editor/save.saved').split('{')[0].trim();
      await page.getByText(saved, { exact: false }).first().waitFor();
      await axe(page, 'editor while writing');
      await picture(page, `${lang}-writing`);
    });
    await step('what is missing before review is said', async () => {
      await page.getByRole('tab', { name: w('editor/panel.checks') }).click();
      await axe(page, 'checks');
      await picture(page, `${lang}-checks`);
    });
    await step('it is found by its words', async () => {
      await place('search');
      await page.getByRole('searchbox').first().fill(TYPED[lang].title.split(' ')[0]);
      await page.getByText(TYPED[lang].title).first().waitFor();
      await axe(page, 'search');
      await picture(page, `${lang}-search`);
    });
    for (const name of ['desk', 'drafts', 'settings']) {
      await step(`${name} has no fault`, async () => {
        await place(name);
        await axe(page, name);
        await picture(page, `${lang}-${name}`);
      });
    }
    await step('the dark theme has no fault either', async () => {
      await page.emulateMedia({ colorScheme: 'dark' });
      for (const name of ['desk', 'outbox', 'publications', 'settings']) {
        await place(name);
        await axe(page, `${name} in the dark`);
        await picture(page, `${lang}-${name}-dark`);
      }
    });
    await step('nothing overflows at 1024×600 and at 200 %', async () => {
      for (const size of SMALL) {
        await page.setViewportSize(size);
        for (const name of ['desk', 'publications', 'outbox']) {
          await place(name);
          await fits(page, name);
        }
      }
    });
  } finally {
    await close(`${lang}`);
  }
}

/** The page is torn away right after the screen said "saved"; the text must be there. */
async function nothingTypedIsLost(browser) {
  const w = words('en');
  await check('what the screen called saved is there after the page is torn away', async () => {
    const desk = await serve();
    const { page, context } = await open(browser, desk);
    try {
      await welcome(page, 'en', w);
      await page.locator('.ProseMirror').waitFor();
      await page.locator('.ProseMirror').click();
      await page.keyboard.press('Control+End');
      // Every word of the screen about it, so that none from before is taken for an answer.
      await page.evaluate((saved) => {
        globalThis.said = [];
        const look = () => globalThis.said.push(document.body.innerText.includes(saved));
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
      }, w('editor/save.saved').split('{')[0].trim());
      await page.keyboard.insertText(' Torn away at this very word');
      await page.waitForFunction(() => globalThis.said.includes(false) && globalThis.said.lastIndexOf(true) > globalThis.said.indexOf(false));
      await context.close({ runBeforeUnload: false });
      const again = await open(browser, desk);
      await again.page.getByRole('navigation').waitFor();
      await again.page.keyboard.press('Control+6');
      await again.page.getByRole('searchbox').first().fill('Torn away');
      await again.page.getByText('Torn', { exact: false }).nth(0).waitFor();
      await again.context.close();
    } finally {
      await desk.stop();
    }
  });
}
