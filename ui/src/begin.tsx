import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { call, onClosing } from './backend';
import type { Commands } from './backend/wire';
import { answered, hearChanges, makeClient } from './state/live';
import { mayLeave } from './state/screen';
import { DESK_TOPICS, STATE_TOPICS } from './state/topics';
import { askTerms } from './state/vocabulary';

/** Draws the first screen, whole, from what was asked for ahead. */
export async function begin(first: {
  state: Promise<Commands['app.state']['result']>;
  desk: Promise<Commands['drafts.desk']['result']>;
}): Promise<void> {
  const client = makeClient();
  await Promise.all([
    answered(client, 'app.state', {}, STATE_TOPICS, first.state),
    answered(client, 'drafts.desk', {}, DESK_TOPICS, first.desk),
    askTerms(client),
  ]);
  hearChanges(client);
  onClosing(async () => {
    void call('app.closing', { answer: 'heard' });
    // Where nothing can be asked any more, the window must still be able to close.
    const leaves = await mayLeave().catch(() => true);
    await call('app.closing', { answer: leaves ? 'kept' : 'stay' });
  });
  const place = document.getElementById('root');
  if (!place) return;
  createRoot(place).render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
  );
}
