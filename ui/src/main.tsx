import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { call, onClosing, open } from './backend';
import { ask, hearChanges, makeClient } from './state/live';
import { mayLeave } from './state/screen';
import './style/index.css';
import { DESK_TOPICS, STATE_TOPICS } from './state/topics';
import { applyTheme, rememberedTheme } from './style/theme';
import { nearestLang, rememberedLang } from './text/languages';
import { loadMessages } from './text/messages';

async function start() {
  applyTheme(rememberedTheme());
  // What the first screen will need is fetched side by side, each without waiting for the others.
  void import('./screens/desk/Desk');
  void loadMessages(rememberedLang() ?? nearestLang(navigator.languages));
  await open();
  const client = makeClient();
  hearChanges(client);
  ask(client, 'app.state', {}, STATE_TOPICS);
  ask(client, 'drafts.desk', {}, DESK_TOPICS);
  onClosing(() => {
    // Whatever the screen could not keep, the window must still be able to close.
    void mayLeave().finally(() => call('app.flushed', {}));
  });
  const place = document.getElementById('root');
  if (!place) return;
  createRoot(place).render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
  );
}

void start();
