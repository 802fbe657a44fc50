// The tools of the editor: finding and replacing, headings, only the text, Markdown, history, a translation.

import { axe, check, exact, open, picture, serve, welcome, words } from './harness.mjs';

const TEXT = {
  en: ['The Ministry opened the day.', '## Background', 'The ministry وزارةُ الصِّحَّة counted doses; the MINISTRY thanked all.'],
  fr: ['Le Ministère a ouvert la journée.', '## Contexte', 'Le ministere وزارةُ الصِّحَّة a compté les doses ; le MINISTÈRE remercie.'],
  ar: ['افتتحت الوزارة اليوم.', '## الخلفية', 'سجّلت الوزارةُ الجرعات في DHIS2، وشكرت الوزاره الجميع.'],
};
const FIND = { en: 'ministry', fr: 'ministere', ar: 'الوزاره' };
const PUT = { en: 'Office', fr: 'Bureau', ar: 'الهيئة' };

export async function writing(browser, langs = ['en', 'fr', 'ar']) {
  for (const lang of langs) await tools(browser, lang);
}

async function tools(browser, lang) {
  const w = words(lang);
  const desk = await serve({});
  const { page, close } = await open(browser, desk);
  const step = (name, body) => check(`${lang}: ${name}`, body);
  const body = page.locator('.ProseMirror');
  const saved = () => page.getByText(w('editor/save.saved').split('{')[0].trim(), { exact: false }).first().waitFor();
  const says = (text) => page.waitForFunction((text) => document.querySelector('.ProseMirror')?.innerText.includes(text), text);
  try {
    await welcome(page, lang, w);
    await body.waitFor();
    await page.keyboard.press('Control+n');
    await page.getByRole('option').first().click();
    await page.waitForFunction(() => document.querySelector('textarea')?.value === '');
    await body.click();
    for (const line of TEXT[lang]) {
      await page.keyboard.type(line);
      await page.keyboard.press('Enter');
    }
    await saved();
    await step('words are found however they are written, and replaced as one step', async () => {
      await page.keyboard.press('Control+f');
      const finder = page.getByRole('search');
      await finder.getByLabel(w('editor/find.what'), { exact: true }).fill(FIND[lang]);
      await page.locator('.ProseMirror [class*=found]').nth(2).waitFor();
      await page.keyboard.press('F3');
      await axe(page, 'finding');
      await picture(page, `${lang}-finding`);
      await page.keyboard.press('Control+h');
      await finder.getByLabel(w('editor/find.with'), { exact: true }).fill(PUT[lang]);
      await finder.getByRole('button', exact(w('editor/find.replace_all'))).click();
      await says(PUT[lang]);
      const count = await body.evaluate((element, put) => element.innerText.split(put).length - 1, PUT[lang]);
      if (count !== 3) throw new Error(`${count} places were replaced`);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+z');
      await page.waitForFunction((put) => !document.querySelector('.ProseMirror').innerText.includes(put), PUT[lang]);
    });
    await step('headings are listed, and lead to their place', async () => {
      await page.getByRole('button', exact(w('editor/outline'))).click();
      await page.getByRole('dialog').getByRole('option').first().waitFor();
      await picture(page, `${lang}-outline`);
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => getSelection().focusNode?.parentElement?.closest('h2'));
    });
    await step('only the text, and everything again', async () => {
      await page.keyboard.press('Control+Shift+f');
      await page.getByRole('button', exact(w('editor/focus.leave'))).first().waitFor();
      await picture(page, `${lang}-focus`);
      await page.keyboard.press('Escape');
      await page.getByRole('button', exact(w('editor/ask'))).waitFor();
    });
    await step('the text as Markdown comes back as it went, and what is changed there is kept', async () => {
      await page.getByRole('button', exact(w('editor/view'))).click();
      await page.getByRole('menuitem').last().click();
      const source = page.getByLabel(w('editor/source'), { exact: true });
      await source.waitFor();
      await picture(page, `${lang}-markdown`);
      const text = await source.inputValue();
      if (!text.includes(TEXT[lang][1])) throw new Error(text);
      await source.fill(`${text}\n- one\n- **two**\n`);
      await page.getByRole('button', exact(w('editor/source.leave'))).click();
      await page.locator('.ProseMirror li strong').waitFor();
      await saved();
      await body.click();
      await page.keyboard.press('Control+z');
      await page.locator('.ProseMirror li').first().waitFor({ state: 'detached' });
      await page.keyboard.press('Control+y');
      await page.locator('.ProseMirror li').first().waitFor();
    });
    await step('a translation says when its original changed, and what changed in it', async () => {
      const names = new Intl.DisplayNames([lang], { type: 'language' });
      await page.getByRole('button', exact(w('editor/add_language'))).click();
      await page.getByRole('menuitem').first().click();
      await page.waitForFunction((lang) => document.querySelector('.ProseMirror')?.lang !== lang, lang);
      await body.click();
      await page.keyboard.type('DHIS2 2026 WHO');
      await saved();
      await page.getByRole('radio', { name: names.of(lang) }).click();
      await page.waitForFunction((lang) => document.querySelector('.ProseMirror')?.lang === lang, lang);
      await body.click();
      await page.keyboard.press('Control+End');
      await page.keyboard.type(` ${PUT[lang]} 2140`);
      await saved();
      await page.getByRole('radio').nth(1).click();
      await page.getByRole('button', exact(w('editor/source_changed.show'))).click();
      await page.locator('ins').first().waitFor();
      await axe(page, 'what changed in the original');
      await picture(page, `${lang}-source-changed`);
      await page.getByRole('button', exact(w('editor/source_changed.follows'))).click();
      await page.locator('ins').first().waitFor({ state: 'detached' });
    });
    await step('two saved texts are compared word by word', async () => {
      await page.getByRole('radio').first().click();
      await page.getByRole('tab', { name: w('editor/panel.history') }).click();
      await page.getByRole('tabpanel').getByRole('button').last().click();
      await page.getByRole('radio', exact(w('editor/history.view.changes'))).click({ force: true });
      await page.locator('ins').first().waitFor();
      await axe(page, 'two texts compared');
      await picture(page, `${lang}-compared`);
    });
  } catch (error) {
    await check(`${lang}: the tools of the editor`, async () => {
      throw error;
    });
  }
  await close(`${lang}, the tools of the editor`);
}
