// What the portal and its editor do about a piece: changed, removed, sent back; and pieces that were there before.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { axe, check, exact, fits, open, picture, root, SMALL, serve, welcome, words } from './harness.mjs';

const THERE_BEFORE = {
  en: 'Seven mobile clinics reach the northern districts',
  ar: 'سبع عيادات متنقلة تصل إلى المديريات الشمالية',
};
const SUMMARY = {
  en: 'Seven mobile clinics with a fixed weekly round now serve districts up to 90 kilometres from a hospital.',
  ar: 'سبع عيادات متنقلة بجولة أسبوعية ثابتة تخدم الآن مديريات تبعد حتى تسعين كيلومترًا عن أقرب مستشفى.',
};
const CHANGED = { en: 'A title the editor chose', ar: 'عنوان اختاره المحرر' };
const OURS = { en: 'A title we chose meanwhile', ar: 'عنوان اخترناه في هذه الأثناء' };
const REMARK = { en: 'The town is missing. Name it, and the date.', ar: 'ينقص اسم المدينة. يُذكر مع التاريخ.' };
/** The practice portal is asked for news every four seconds. */
const NEWS = { timeout: 60_000 };

export async function comingBack(browser) {
  for (const lang of ['en', 'ar']) await there(browser, lang);
}

async function there(browser, lang) {
  const w = words(lang);
  const desk = await serve();
  const { page, close } = await open(browser, desk);
  const step = (name, body) => check(`${lang}: ${name}`, body);
  const call = (name, args = {}) => ask(page, name, args);
  /** In the light and in the dark. */
  const looked = async (name) => {
    await axe(page, name);
    await picture(page, `${lang}-${name}`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await axe(page, `${name} in the dark`);
    await picture(page, `${lang}-${name}-dark`);
    await page.emulateMedia({ colorScheme: 'light' });
  };
  const outbox = () => page.keyboard.press('Control+5');
  let draft;
  let editor;
  try {
    await step('a piece is on the portal, and another one was there before', async () => {
      await welcome(page, lang, w);
      await page.locator('.ProseMirror').waitFor();
      draft = (await call('drafts.list', { limit: 10 })).drafts[0].id;
      const portal = JSON.parse(readFileSync(join(desk.home, 'desk/practice/address.json'), 'utf8'));
      editor = new Editor(portal);
      await attach(call, draft, 'annual-report-en.pdf');
      await approve(call, draft);
      const { owner } = (await call('app.state')).profile;
      sentByAnother(join(desk.home, 'other'), portal, owner, lang);
      await outbox();
      await page.getByText(w('common/state.received'), { exact: true }).first().waitFor(NEWS);
    });
    await step('wishes about sending hold at once', async () => {
      await page.keyboard.press('Control+7');
      for (const wish of ['budget', 'quiet', 'ask', 'metered']) {
        await page.locator('#sending').getByText(w(`sending/${wish}`), { exact: true }).click();
      }
      await page.getByText(w('sending/metered_sends.up_to_limit'), { exact: true }).click();
      const size = page.getByLabel(w('sending/budget_size'), { exact: true });
      await size.fill('80');
      await size.press('Enter');
      await until(async () => (await call('outbox.sending')).settings.budget_bytes === 80_000_000);
      await page.locator('#sending').scrollIntoViewIfNeeded();
      await looked('settings-sending');
      const { settings } = await call('outbox.sending');
      if (settings.quiet_from !== '22:00' || settings.metered_sends !== 'up_to_limit') throw new Error(JSON.stringify(settings));
      await call('outbox.set_sending', { ...settings, quiet_from: null, quiet_to: null, metered: false });
    });
    await step('what the portal can do is said', async () => {
      await page.getByText(w('settings/portal.can'), { exact: true }).first().click();
      await page.getByText(w('settings/portal.can.receipts'), { exact: true }).first().waitFor();
      await looked('settings-portals');
    });
    await step('a title changed on both sides is compared and settled', async () => {
      const opened = await call('drafts.open', { draft });
      const version = opened.languages.find((one) => one.lang === opened.primary_lang);
      const { summary, fields, rev: base } = version;
      await call('drafts.save', { draft, lang: version.lang, base, title: OURS[lang], summary, document: null, markdown: null, fields });
      await editor.decide(draft, { action: 'title', lang: version.lang, text: CHANGED[lang] });
      await outbox();
      await page.getByRole('button', exact(w('outbox/compare'))).click(NEWS);
      await page.getByText(w('conflict/open'), { exact: true }).waitFor();
      await looked('conflict');
      // By keyboard alone: the first part's first choice is the portal's.
      const choice = page.getByRole('region', exact(w('conflict/part.title'))).getByRole('radio').first();
      await choice.focus();
      await page.keyboard.press('Space');
      await page.getByText(w('conflict/then_reviewed'), { exact: true }).waitFor();
      await page.getByText(w('conflict/view.result'), { exact: true }).click();
      await page.getByRole('heading', { level: 2, name: CHANGED[lang] }).waitFor();
      await looked('conflict-result');
      await page.getByRole('button', exact(w('conflict/merge'))).click();
      await page.locator('.ProseMirror').waitFor();
      const title = page.getByLabel(w('editor/title'), { exact: true });
      await until(async () => (await title.inputValue()) === CHANGED[lang]);
    });
    await step('a review compares with the text that the portal holds', async () => {
      const [old] = (await call('drafts.open', { draft })).attachments;
      await call('attachments.remove', { attachment: old.id });
      await attach(call, draft, 'dalil-ar.pdf');
      await call('review.submit', { draft });
      await page.keyboard.press('Control+4');
      const choice = page.getByRole('radiogroup', exact(w('review/compare')));
      await choice.getByText(w('review/compare.portal'), { exact: true }).click();
      await page.getByText(w('outbox/on_portal.theirs_held').split('{portal}')[1].trim()).waitFor();
      await page.getByText(w('outbox/on_portal.looked').split('{time}')[0].trim()).waitFor();
      await looked('review-portal');
      // The file there and the file here, each with its first page.
      const files = page.getByRole('region', exact(w('review/files')));
      await files.getByText(w('review/file.replaced'), { exact: true }).waitFor();
      const pages = files.getByRole('figure').getByRole('img');
      await pages.nth(1).waitFor();
      await files.scrollIntoViewIfNeeded();
      const places = await Promise.all([0, 1].map(async (at) => (await pages.nth(at).boundingBox()).x));
      if (places[0] < places[1] !== (lang !== 'ar')) throw new Error(`what was stands on the wrong side: ${places}`);
      await looked('review-files');
    });
    await step('what the portal removed is sent anew', async () => {
      await approve(call, draft);
      await received(call, draft);
      await editor.decide(draft, { action: 'remove' });
      await outbox();
      await page.getByRole('button', exact(w('outbox/leave'))).waitFor(NEWS);
      await looked('outbox-removed');
      await page.getByRole('button', exact(w('outbox/send_again'))).click();
      await received(call, draft);
    });
    await step('what the editor wrote stands at the draft', async () => {
      await editor.decide(draft, { action: 'return', text: REMARK[lang] });
      await outbox();
      await page.getByText(REMARK[lang], { exact: true }).waitFor(NEWS);
      await looked('outbox-returned');
      await page.keyboard.press('Control+1');
      await page.getByText(REMARK[lang], { exact: true }).waitFor();
      await looked('desk-returned');
      await page.getByRole('button', exact(w('common/action.open'))).click();
      await page.locator('.ProseMirror').waitFor();
      await page.getByText(REMARK[lang], { exact: true }).waitFor();
      await looked('editor-returned');
    });
    await step('a piece that was there before is fetched and opened', async () => {
      await page.keyboard.press('Control+2');
      await page.getByRole('button', exact(w('remote/open'))).click();
      await page.getByText(THERE_BEFORE[lang], { exact: true }).waitFor(NEWS);
      await looked('remote');
      await page.getByRole('button', exact(w('remote/fetch_all'))).click();
      await page.getByText(w('remote/revise'), { exact: true }).click(NEWS);
      await page.locator('.ProseMirror').waitFor();
      const { drafts } = await call('drafts.list', { limit: 10 });
      if (!drafts.some((one) => one.title === THERE_BEFORE[lang])) throw new Error('it is no draft');
    });
    await step('nothing of it overflows at 1024×600 and at 200 %', async () => {
      await page.keyboard.press('Control+2');
      for (const size of SMALL) {
        await page.setViewportSize(size);
        for (const key of ['5', '7', '2']) {
          await page.keyboard.press(`Control+${key}`);
          await fits(page, `place ${key}`);
        }
      }
    });
  } finally {
    await close(`${lang}`);
  }
}

/** A command through the page's own door. */
async function ask(page, name, args) {
  const answer = await page.evaluate(
    async ([name, args]) => {
      const response = await fetch(`/call/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${sessionStorage.getItem('token')}` },
        body: JSON.stringify(args),
      });
      return { ok: response.ok, text: await response.text() };
    },
    [name, args],
  );
  if (!answer.ok) throw new Error(`${name}: ${answer.text}`);
  return answer.text ? JSON.parse(answer.text) : {};
}

async function approve(call, draft) {
  const release = await call('review.submit', { draft });
  await call('review.approve', { draft, release: release.hash });
}

/** Another file of the same name each time. */
async function attach(call, draft, fixture) {
  const base64 = readFileSync(join(root, 'tests/fixtures/pdf', fixture), 'base64');
  await call('attachments.add_bytes', { draft, name: 'guide.pdf', base64, role: 'supplement' });
}

const received = (call, draft) =>
  until(async () => (await call('outbox.of', { draft })).entries[0]?.state === 'received');

async function until(holds) {
  const end = Date.now() + NEWS.timeout;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Another desk of the same ministry sends a piece to the same portal. */
function sentByAnother(home, portal, owner, lang) {
  const cli = (args) => {
    const done = spawnSync(
      join(root, 'target/debug/qalam-cli'),
      ['--store', join(home, 'desk'), '--secrets', `file:${join(home, 'secrets')}`, '--json', ...args],
      { env: { ...process.env, QALAM_PASSPHRASE: 'only for this test', QALAM_PORTAL_PASSWORD: portal.token }, encoding: 'utf8' },
    );
    if (done.status > 1) throw new Error(`${args.join(' ')}: ${done.stdout} ${done.stderr}`);
    return JSON.parse(done.stdout);
  };
  cli(['init', '--owner', owner, '--name', 'Sample Colleague', '--role', 'both']);
  const made = cli([
    ...['draft', 'new', '--type', 'news', '--lang', lang, '--title', THERE_BEFORE[lang], '--summary', SUMMARY[lang]],
    ...['--body-file', join(root, `tests/fixtures/texts/${lang}.md`), '--area', 'ta1'],
    ...['--field', 'eventDate=2026-03-12', '--field', 'place=Sample City'],
  ]);
  const id = /"id":"([^"]+)"/.exec(JSON.stringify(made))[1];
  cli(['review', 'submit', id]);
  cli(['review', 'approve', id]);
  cli(['portal', 'add', 'training', portal.url, '--kind', 'contract']);
  cli(['send', '--until-empty', '--timeout', '60']);
}

/** The editor's desk of the practice portal. */
class Editor {
  constructor({ url, token }) {
    const derive = (key, purpose) => createHash('sha256').update(`qalam practice ${purpose} ${key}`).digest('hex');
    this.url = url;
    this.key = derive(token, 'editor');
    this.formKey = derive(this.key, 'form');
  }

  async decide(draft, decision) {
    const answer = await fetch(`${this.url}/editor/en/items/${draft}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: `qalam_editor=${this.key}` },
      body: new URLSearchParams({ form_key: this.formKey, ...decision }),
    });
    if (answer.status !== 303) throw new Error(`the editor's desk answered ${answer.status}`);
  }
}
