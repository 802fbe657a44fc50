// The editor over a desk in memory: `npm run dev`, then /tests/dev/editor.html?lang=ar&theme=dark&state=returned
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { App } from '../../src/App';
import { openThrough } from '../../src/backend';
import type { Draft } from '../../src/backend/wire';
import { hearChanges, makeClient } from '../../src/state/live';
import { replace } from '../../src/state/screen';
import '../../src/style/index.css';
import { EditorDesk } from '../editorDesk';
import { comment } from '../samplesReview';

const asked = new URLSearchParams(location.search);
const desk = new EditorDesk({
  state: (asked.get('state') ?? 'draft') as Draft['state'],
  type: asked.get('type') ?? 'news',
  primary_lang: asked.get('first') ?? 'ar',
  return_reason:
    asked.get('state') === 'returned' ? 'The number of children differs from the bulletin.' : null,
});
desk.settings = {
  ...desk.settings,
  display_lang: asked.get('lang') ?? 'en',
  theme: (asked.get('theme') as 'light' | 'dark' | null) ?? 'system',
};
if (asked.has('ready')) desk.findings = [];
if (asked.get('state') === 'returned') desk.comments = [comment(desk.id, 'one'), comment(desk.id, 'two')];
const long = Number(asked.get('long') ?? 0);
if (long > 0) {
  desk.documents.ar = {
    type: 'doc',
    content: Array.from({ length: long }, (_, index) => ({
      type: 'paragraph',
      content: [{ type: 'text', text: `${'كلمة في نص طويل جدا '.repeat(10)}${index}` }],
    })),
  };
}
Object.assign(window, { desk });
replace({ name: 'editor', draft: desk.id });
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
