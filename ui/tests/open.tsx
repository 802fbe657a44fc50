import { QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { App } from '../src/App';
import { openThrough } from '../src/backend';
import { hearChanges, makeClient } from '../src/state/live';
import { replace, type Screen } from '../src/state/screen';
import { FakeDesk } from './fake';

/** The whole interface over a desk in memory, at one screen. */
export function openApp(screen: Screen = { name: 'desk' }, desk = new FakeDesk()) {
  openThrough(desk);
  replace(screen);
  const client = makeClient();
  hearChanges(client, 0);
  render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
  );
  return {
    desk,
    user: userEvent.setup(),
    called: (name: string) => desk.calls.filter((call) => call.name === name),
  };
}
