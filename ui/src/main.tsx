import { call } from './backend';
import './style/index.css';
import { loadTerms } from './state/terms';
import { applyTheme, rememberedTheme } from './style/theme';
import { nearestLang, rememberedLang } from './text/languages';
import { loadMessages } from './text/messages';

// Whatever the first screen needs is asked for here, side by side, while the largest part of it, the program itself, is
// still being read.
applyTheme(rememberedTheme());
const lang = rememberedLang() ?? nearestLang(navigator.languages);
const program = import('./begin');
const first = { state: call('app.state', {}), desk: call('drafts.desk', {}) };
// A locked desk refuses both; the screens ask again and tell.
for (const asked of Object.values(first)) asked.catch(() => undefined);
const words = loadMessages(lang);
const terms = loadTerms();

void program.then(async ({ begin }) => {
  await Promise.allSettled([words, terms, first.state, first.desk]);
  await begin(first);
});
