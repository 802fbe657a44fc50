import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { call, onClosing, open } from './backend';
import { hearChanges, makeClient } from './state/live';
import { mayLeave } from './state/screen';
import './style/index.css';
import { applyTheme, rememberedTheme } from './style/theme';

async function start() {
  applyTheme(rememberedTheme());
  // The first screen is fetched while the desk is asked.
  void import('./screens/desk/Desk');
  await open();
  const client = makeClient();
  hearChanges(client);
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
