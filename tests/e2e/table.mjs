// The table of publications: hundreds of rows worked by keys and by the clipboard, in three languages.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axe, check, exact, fits, open, picture, rows, SMALL, serve, welcome, words } from './harness.mjs';

const ROWS = 300;

function library() {
  const folder = mkdtempSync(join(tmpdir(), 'qalam-library-'));
  for (let at = 0; at < ROWS; at += 1) {
    const name = at % 3 === 0 ? `التقرير السنوي ${at}` : `Sample report number ${at}`;
    writeFileSync(join(folder, `${String(at).padStart(3, '0')} ${name}.md`), `# ${name}\n\nText of publication ${at} about measles.\n`);
  }
  return folder;
}

export async function table(browser) {
  for (const lang of ['en', 'ar']) await worked(browser, lang);
}

async function worked(browser, lang) {
  const w = words(lang);
  const folder = library();
  const desk = await serve({ QALAM_TEST_CHOOSE: folder });
  const { page, close } = await open(browser, desk, { permissions: ['clipboard-read', 'clipboard-write'] });
  const step = (name, body) => check(`${lang} table: ${name}`, body);
  const forward = lang === 'ar' ? 'ArrowLeft' : 'ArrowRight';
  const grid = page.getByRole('grid');
  const here = () => page.evaluate(() => document.getElementById(document.querySelector('[role=grid]').getAttribute('aria-activedescendant'))?.textContent);
  const until = async (wanted) => {
    const end = Date.now() + 60_000;
    let found;
    do {
      found = await here();
      if (found === wanted) return;
      await page.waitForTimeout(50);
    } while (Date.now() < end);
    throw new Error(`the cell holds ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
  };
  const column = async (number) => {
    await page.keyboard.press('Home');
    for (let at = 0; at < number; at += 1) await page.keyboard.press(forward);
  };
  try {
    await step('a folder of hundreds is listed', async () => {
      await welcome(page, lang, w);
      await page.locator('.ProseMirror').waitFor();
      await page.keyboard.press('Control+3');
      await page.getByRole('button', exact(w('publications/intake.folder'))).click();
      await rows(page, ROWS);
      const drawn = await page.getByRole('row').count();
      if (drawn > 60) throw new Error(`${drawn} rows are drawn`);
      await axe(page, 'the table');
      await picture(page, `${lang}-table`);
    });
    await step('keys correct a cell, take it back and do it again', async () => {
      await grid.focus();
      await column(4);
      await page.keyboard.press('Enter');
      await page.keyboard.type('٢٠٢٤');
      await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowUp');
      await until('2024');
      await page.keyboard.press('Control+z');
      await until(w('common/table.missing'));
      await page.keyboard.press('Control+y');
      await until('2024');
    });
    await step('a value that cannot be is refused in words', async () => {
      await page.keyboard.press('F2');
      await page.keyboard.press('Control+a');
      await page.keyboard.type('2999');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').filter({ hasText: '2999' }).waitFor();
      await axe(page, 'a refused cell');
      await picture(page, `${lang}-table-refused`);
      await page.getByRole('alert').getByRole('button', exact(w('common/action.close'))).click();
    });
    await step('one value is filled into all rows and taken back', async () => {
      await page.keyboard.press('Control+Home');
      await grid.focus();
      await column(3);
      await page.keyboard.press('F2');
      await page.keyboard.type(w('publications/field.corporate_author'));
      await page.keyboard.press('Enter');
      await page.keyboard.press('ArrowUp');
      await until(w('publications/field.corporate_author'));
      await page.keyboard.press('Control+Shift+ArrowDown');
      await picture(page, `${lang}-table-range`);
      await page.keyboard.press('Control+d');
      await page.keyboard.press('Control+End');
      await column(3);
      await until(w('publications/field.corporate_author'));
      await page.keyboard.press('Control+z');
      await until(w('common/table.missing'));
    });
    await step('cells are copied for Excel and pasted from it', async () => {
      await page.keyboard.press('Control+Home');
      await column(2);
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Control+c');
      await page.waitForFunction(async () => (await navigator.clipboard.readText()).split('\n').length === 2);
      await page.evaluate(() => navigator.clipboard.writeText('2019\tArabic; French\r\n2018\tالعربية\r\n'));
      await page.keyboard.press('ArrowUp');
      await column(4);
      await page.keyboard.press('Control+v');
      await until('2019');
      await page.keyboard.press('ArrowDown');
      await until('2018');
    });
    await step('words inside files and what is missing narrow it', async () => {
      await page.getByRole('searchbox').fill('number 217');
      await rows(page, 1);
      await page.getByRole('searchbox').fill('measles 217');
      await rows(page, 1);
      await page.getByRole('button', exact(w('publications/filter.all'))).click();
      await page.getByRole('button', { name: w('publications/filter.missing') }).click();
      await page.getByRole('option').nth(1).click();
      await axe(page, 'a narrowed table');
      await picture(page, `${lang}-table-narrowed`);
      await page.getByRole('button', exact(w('publications/filter.all'))).click();
    });
    await step('it stands on a small screen and in the dark', async () => {
      for (const size of SMALL) {
        await page.setViewportSize(size);
        await fits(page, 'the table');
        await picture(page, `${lang}-table-${size.width}`);
      }
      await page.setViewportSize({ width: 1366, height: 768 });
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      await axe(page, 'the table in the dark');
      await picture(page, `${lang}-table-dark`);
    });
  } finally {
    await close(`${lang} table`);
    rmSync(folder, { recursive: true, force: true });
  }
}

const SHEET = {
  en: { text: 'File name,Title,Year,Kind,Notes\r\n001 Sample report number 1.md,A better title,2021,Anual report,\r\n002 Sample report number 2.md,,2022,Survey,seen\r\nabsent.pdf,Nothing,2020,,\r\n', near: 'Annual report' },
  ar: { text: 'اسم الملف;العنوان;السنة;النوع\r\n001 Sample report number 1.md;عنوان أفضل;٢٠٢١;تقرير سنوري\r\n002 Sample report number 2.md;;2022;مسح\r\nabsent.pdf;لا شيء;2020;\r\n', near: 'تقرير سنوي' },
};

/** A folder dropped together with the sheet that describes it. */
export async function sheets(browser) {
  for (const lang of ['en', 'ar']) await described(browser, lang);
}

async function described(browser, lang) {
  const w = words(lang);
  const folder = library();
  const out = mkdtempSync(join(tmpdir(), 'qalam-sheets-'));
  const sheet = join(out, 'list.csv');
  writeFileSync(sheet, SHEET[lang].text);
  const desk = await serve({ QALAM_TEST_CHOOSE: `${folder}:${sheet}`, QALAM_TEST_SAVE: out });
  const { page, close } = await open(browser, desk);
  const step = (name, body) => check(`${lang} sheet: ${name}`, body);
  try {
    await step('comes with its folder and says what will happen', async () => {
      await welcome(page, lang, w);
      await page.locator('.ProseMirror').waitFor();
      await page.keyboard.press('Control+3');
      await page.getByRole('button', exact(w('publications/intake.folder'))).click();
      await page.getByRole('heading', { name: w('publications/sheet.title') }).waitFor();
      // Rows find their files as these come in.
      await page.getByText(SHEET[lang].near).first().waitFor();
      await page.getByText('2022').first().waitFor({ timeout: 60_000 });
      await axe(page, 'a sheet');
      await picture(page, `${lang}-sheet`);
    });
    await step('is given back with what to fix', async () => {
      await page.getByRole('button', exact(w('publications/sheet.give_back'))).click();
      await page.getByText(w('publications/sheet.given')).waitFor();
      const back = readFileSync(join(out, 'list-2.csv'), 'utf8');
      if (!back.includes(SHEET[lang].near) || !back.includes(w('publications/field.fix'))) throw new Error(back);
    });
    await step('is taken over', async () => {
      await page.locator('button').filter({ has: page.locator('svg') }).filter({ hasText: /4/ }).click();
      await page.getByRole('status').getByRole('button', exact(w('common/action.undo'))).waitFor();
      await page.getByRole('button', exact(w('common/action.close'))).first().click();
      await page.getByRole('searchbox').fill(lang === 'en' ? 'A better title' : 'عنوان أفضل');
      await rows(page, 1);
    });
  } finally {
    await close(`${lang} sheet`);
    rmSync(folder, { recursive: true, force: true });
    rmSync(out, { recursive: true, force: true });
  }
}
