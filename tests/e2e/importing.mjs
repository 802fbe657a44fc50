// A document from elsewhere: its kind is chosen, its report read, its question answered; and what is pasted.

import { join } from 'node:path';
import { axe, check, exact, fits, open, picture, root, SMALL, serve, still, welcome, words } from './harness.mjs';

/** As a web page puts it on the clipboard: pictures elsewhere, scripts, a frame, changes that are marked. */
const FOREIGN = `<p>Pasted <b>words</b>, m<sup>2</sup>.</p><img src="https://fetched.example/a.png" alt="A map">
<iframe src="https://fetched.example/frame"></iframe><script src="https://fetched.example/s.js"></script>`;
const CHANGED = '<p>The <del>old</del><ins>new</ins> plan</p>';

export async function importing(browser, langs = ['en', 'fr', 'ar']) {
  for (const lang of langs) await report(browser, lang);
}

async function report(browser, lang) {
  const w = words(lang);
  const desk = await serve({ QALAM_TEST_CHOOSE: join(root, 'tests/fixtures/word/letter.docx') });
  const { page, close } = await open(browser, desk, { colorScheme: lang === 'ar' ? 'dark' : 'light' });
  const step = (name, body) => check(`${lang}: ${name}`, body);
  const body = page.locator('.ProseMirror');
  const press = (name) => page.getByRole('button', exact(w(`brought/${name}`))).click();
  try {
    await welcome(page, lang, w);
    await body.waitFor();
    await page.keyboard.press('Control+n');
    await step('a file is chosen, and then what it is to become', async () => {
      await press('from_file');
      const [before, after] = w('brought/which').split('{name}');
      await page.getByRole('heading', { name: new RegExp(`${escaped(before)}.*letter\\.docx.*${escaped(after)}`) }).waitFor();
      await axe(page, 'kind of a file');
      await picture(page, `${lang}-brought-kind`);
      await page.getByRole('option').nth(1).click();
    });
    await step('the report tells what became of each part', async () => {
      await page.getByRole('heading', { name: w('brought/changes.title') }).waitFor();
      for (const part of ['dropped', 'changed', 'comments', 'kept']) {
        await page.getByRole('heading', exact(w(`brought/${part}`))).waitFor();
      }
      await page.getByText('Is this number final?').waitFor();
      await axe(page, 'report');
      await picture(page, `${lang}-brought`);
      const size = page.viewportSize();
      for (const small of SMALL) {
        await page.setViewportSize(small);
        await fits(page, 'report');
      }
      await page.setViewportSize(size);
    });
    await step('the checks name the changes nobody decided on, and lead to the first', async () => {
      await press('open');
      await page.getByText(w('brought/asked')).waitFor();
      await page.getByRole('tab', { name: w('editor/panel.checks') }).click();
      const sentence = new RegExp(escaped(w('errors/finding.tracked_changes_open').split('{count}')[0]));
      const finding = page.getByRole('tabpanel').getByRole('button', { name: sentence });
      await finding.waitFor();
      await body.evaluate((element) => element.scrollTo(0, 0));
      await finding.click();
      await page.waitForFunction(() => getSelection().toString() === 'It reaches thirty districts in all.');
      await page.waitForFunction(() => document.activeElement?.classList.contains('ProseMirror'));
      await axe(page, 'tracked changes among the checks');
      await picture(page, `${lang}-brought-checks`);
    });
    await step('the question stays until somebody answers it', async () => {
      await page.getByText(w('brought/asked')).waitFor();
      await picture(page, `${lang}-brought-asked`);
      if (!(await body.innerText()).includes('thirty')) throw new Error('the text with the changes is not shown');
      await press('look');
      await press('changes.reject');
      await page.locator('button[aria-pressed=true]').waitFor();
      await picture(page, `${lang}-brought-answered`);
      await press('open');
      await page.waitForFunction(() => document.querySelector('.ProseMirror')?.innerText.includes('twenty'));
      await still(page);
      if (await page.getByText(w('brought/asked')).isVisible()) throw new Error('it still asks');
      await page.getByRole('tab', { name: w('editor/panel.checks') }).click();
      await page.getByRole('tabpanel').getByRole('status').waitFor();
      const words = w('errors/finding.tracked_changes_open').split('{count}')[0].trim();
      await page.waitForFunction((words) => !document.querySelector('aside').innerText.includes(words), words);
    });
    await step('what is pasted comes without scripts and fetches nothing; what was left out is said', async () => {
      const fetched = [];
      page.on('request', (request) => request.url().includes('fetched.example') && fetched.push(request.url()));
      await body.click();
      await page.keyboard.press('Control+End');
      await paste(page, FOREIGN);
      await page.waitForFunction(() => document.querySelector('.ProseMirror')?.innerText.includes('Pasted words, m².'));
      await page.waitForFunction(() => document.querySelector('.ProseMirror')?.innerText.includes('[A map]'));
      await page.getByText(one(w('editor/pasted.media'))).waitFor();
      await axe(page, 'pasted');
      await picture(page, `${lang}-pasted`);
      const left = await body.evaluate((element) => element.innerHTML.match(/script|onclick|iframe|fetched/)?.[0]);
      if (left) throw new Error(`${left} is left`);
      if (fetched.length > 0) throw new Error(`fetched ${fetched}`);
      await page.getByRole('button', exact(w('common/close'))).first().click();
    });
    await step('marked changes are asked about before anything is pasted', async () => {
      await body.click();
      await page.keyboard.press('Control+End');
      await paste(page, CHANGED);
      await page.getByRole('button', exact(w('editor/tracked.reject'))).click();
      await page.waitForFunction(() => document.querySelector('.ProseMirror')?.innerText.includes('The old plan'));
    });
  } finally {
    await close(lang);
  }
}

const escaped = (text) => text.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** The sentence for one, out of a message with plurals. */
const one = (message) => /one \{([^}]*)\}/.exec(message)[1].replace('#', '1');

function paste(page, html) {
  return page.evaluate((html) => {
    const data = new DataTransfer();
    data.setData('text/html', html);
    data.setData('text/plain', 'plain');
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector('.ProseMirror').dispatchEvent(event);
  }, html);
}
