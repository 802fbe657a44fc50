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

const browser = await chromium.launch({
  executablePath: process.env.QALAM_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  await journeys(browser);
  await writing(browser);
  await importing(browser);
  await carry(browser);
  await proof(browser);
  await people(browser);
  await comingBack(browser);
  await table(browser);
  await sheets(browser);
  await watched(browser);
  await alike(browser);
  await lookedOver(browser);
} finally {
  await browser.close();
}
console.log(`\n${passedCount()} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
