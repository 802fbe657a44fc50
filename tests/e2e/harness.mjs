// What the journeys stand on: a desk behind the development door, sentences, axe, pictures.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const need = createRequire(join(root, 'ui/package.json'));
const { chromium } = need('playwright-core');
const axeSource = readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8');

const pictures = process.argv.includes('--pictures') ? process.argv[process.argv.indexOf('--pictures') + 1] : null;
if (pictures) mkdirSync(pictures, { recursive: true });

let passed = 0;
const failed = [];
const passedCount = () => passed;

async function check(name, body) {
  try {
    await body();
    passed += 1;
    console.log(`ok   ${name}`);
  } catch (thrown) {
    failed.push(name);
    console.log(`FAIL ${name}\n     ${String(thrown.stack ?? thrown).split('\n').slice(0, 12).join('\n     ')}`);
  }
}

/** The sentences of a language, as `screen/key`. */
function words(lang) {
  const all = {};
  for (const screen of ['common', 'errors', 'desk', 'editor', 'publications', 'review', 'outbox', 'search', 'settings', 'sending', 'conflict', 'remote', 'welcome', 'new', 'drafts', 'carry', 'watched', 'alike', 'proof', 'brought', 'people']) {
    try {
      const map = JSON.parse(readFileSync(join(root, `ui/locales/${lang}/${screen}.json`), 'utf8'));
      for (const [key, value] of Object.entries(map)) all[`${screen}/${key}`] = value;
    } catch {
      // A screen without sentences of its own.
    }
  }
  return (key) => {
    if (!(key in all)) throw new Error(`no sentence ${key} in ${lang}`);
    return all[key];
  };
}

/** A desk of its own behind the development door. */
async function serve(extra = {}) {
  const home = mkdtempSync(join(tmpdir(), 'qalam-e2e-'));
  const child = spawn(
    join(root, 'target/debug/qalam-cli'),
    ['--store', join(home, 'desk'), '--secrets', `file:${join(home, 'secrets')}`, 'serve', '--listen', '127.0.0.1:0', '--ui', join(root, 'ui/dist')],
    { env: { ...process.env, QALAM_PASSPHRASE: 'only for this test', ...extra }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
  });
  const { url } = JSON.parse(line);
  return {
    url,
    home,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A page at the desk's door. `close` ends both, and reports what went wrong in the page on the way. */
async function open(browser, desk, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const troubles = [];
  page.on('pageerror', (error) => troubles.push(String(error)));
  // What is refused in words is no error.
  const refused = (message) => message.text().includes('the server responded with a status of 422');
  page.on('console', (message) => message.type() === 'error' && !refused(message) && troubles.push(message.text()));
  // What was asked for and has not come; the stream of news never ends.
  page.asked = new Set();
  page.on('request', (request) => !request.url().includes('/events') && page.asked.add(request));
  for (const over of ['requestfinished', 'requestfailed']) page.on(over, (request) => page.asked.delete(request));
  await page.goto(desk.url);
  const close = async (name) => {
    await check(`${name}: the page reported no error`, async () => {
      if (troubles.length > 0) throw new Error(troubles.slice(0, 5).join('\n'));
    });
    await context.close();
    await desk.stop();
  };
  return { page, context, close };
}

/** Waits until all that was asked for has come and is drawn. */
async function still(page) {
  do {
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  } while (page.asked?.size > 0);
}

/** A small screen, and a usual one at 200 %. */
const SMALL = [
  { width: 1024, height: 600 },
  { width: 683, height: 384 },
];

/** Nothing is wider than the window. */
async function fits(page, name) {
  await still(page);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const { width, height } = page.viewportSize();
  if (over > 0) throw new Error(`${name} at ${width}×${height} is ${over} px too wide`);
}

/** Waits until the table has so many rows. */
function rows(page, count) {
  const told = (rows) => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') === String(rows + 1);
  return page.waitForFunction(told, count, { timeout: 120_000 });
}

async function axe(page, name) {
  // A screen that is still being fetched has no heading yet.
  await page.locator('h1').first().waitFor();
  await still(page);
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  if (violations.length > 0) {
    const told = violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} — ${n.failureSummary?.split('\n').slice(1, 3).join(' ')}`).join('\n     ')}`);
    throw new Error(`${name}: axe found ${violations.length}\n${told.join('\n')}`);
  }
}

async function picture(page, name) {
  if (!pictures) return;
  await page.evaluate(() => document.fonts.ready);
  await still(page);
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

const exact = (text) => ({ name: text, exact: true });

/** The three questions of the first run, by keys and clicks. */
async function welcome(page, lang, w) {
  await page.getByRole('button', exact({ en: 'English', fr: 'Français', ar: 'العربية' }[lang])).click();
  await page.locator(`html[lang="${lang}"]`).waitFor();
  await page.getByRole('heading', { name: w('welcome/owner.question') }).waitFor();
  await page.getByRole('combobox').fill({ en: 'Turk', fr: 'Turq', ar: 'ترك' }[lang]);
  await page.getByRole('option').first().click();
  await page.getByRole('button', exact(w('welcome/next'))).click();
  await page.getByLabel(w('welcome/name.label')).fill('Sample Focal Point');
  await page.getByText(w('welcome/role.both'), { exact: true }).click();
  await page.getByRole('button', exact(w('welcome/open'))).click();
}

export { axe, check, chromium, exact, failed, fits, open, passedCount, picture, pictures, root, rows, SMALL, serve, still, welcome, words };
