// The real interface over a desk in memory: `npm run dev`, then /tests/dev/index.html?lang=ar&theme=dark&screen=outbox
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { App } from '../../src/App';
import { openThrough } from '../../src/backend';
import { hearChanges, makeClient } from '../../src/state/live';
import { replace, type Screen } from '../../src/state/screen';
import '../../src/style/index.css';
import { FakeDesk } from '../fake';
import { likenesses } from '../samples';

const asked = new URLSearchParams(location.search);
const desk = new FakeDesk();
desk.settings = {
  ...desk.settings,
  display_lang: asked.get('lang') ?? 'en',
  theme: (asked.get('theme') as 'light' | 'dark' | null) ?? 'system',
  numerals: (asked.get('numerals') as 'latin' | 'arabic' | null) ?? 'latin',
};
if (asked.has('empty'))
  Object.assign(desk, { rows: [], drafts: [], publications: [], jobs: [], entries: [] });
if (asked.has('watched')) desk.settings.watch_folder = '/media/share/Annual reports';
if (asked.get('watched') === 'away') desk.offered = { ...desk.offered, reached: false, files: [], total: 0 };
if (asked.get('watched') === 'same') desk.offered = { ...desk.offered, files: [], total: 0 };
if (asked.has('alike')) desk.likenesses = structuredClone(likenesses);
if (asked.has('first')) desk.profile = null;
if (asked.has('locked')) desk.secrets = 'locked';
const screen = asked.get('screen');
if (screen) replace({ name: screen, ...Object.fromEntries(asked) } as unknown as Screen);

openThrough(desk);
const client = makeClient();
hearChanges(client);
const place = document.getElementById('root');
if (place) {
  createRoot(place).render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
  );
}
