// The pages in a real browser (Debian's Chromium) against the real core behind `qalam-cli serve`:
// the main job by mouse and keyboard, every screen in three languages, light and dark, looked over
// by axe-core. Run by `cargo xtask test browser`; `--pictures DIR` keeps a picture of each screen.

import { carry } from './carry.mjs';
import { comingBack } from './coming_back.mjs';
import { chromium, failed, passedCount } from './harness.mjs';
import { alike, lookedOver, watched } from './intake.mjs';
import { importing } from './importing.mjs';
import { journeys } from './journeys.mjs';
import { people } from './people.mjs';
import { proof } from './proof.mjs';
import { sheets, table } from './table.mjs';
import { writing } from './writing.mjs';

/** The longest first, so that nothing long is left to one alone. */
const parts = [journeys, writing, people, lookedOver, proof, table, comingBack, importing, carry, sheets, watched, alike];

/** Part after part, in a browser of its own: what is in its clipboard is nobody else's. */
async function inTurn() {
  const browser = await chromium.launch({
    executablePath: process.env.QALAM_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    for (let part = parts.shift(); part; part = parts.shift()) await part(browser);
  } finally {
    await browser.close();
  }
}

await Promise.all([inTurn(), inTurn()]);
console.log(`\n${passedCount()} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
