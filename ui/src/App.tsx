import { useEffect, useState } from 'react';
import type { AppState } from './backend/wire';
import { Frame } from './frame/Frame';
import { Boundary } from './parts/Boundary';
import { ErrorLine } from './parts/ErrorLine';
import { fetched } from './parts/fetched';
import { useLive } from './state/live';
import { STATE_TOPICS } from './state/topics';
import { applyTheme } from './style/theme';
import { type DisplayLang, isDisplayLang, nearestLang, Speaker } from './text';
import { rememberedLang } from './text/languages';

const People = fetched(async () => (await import('./screens/people/People')).People);
const Welcome = fetched(async () => (await import('./screens/welcome/Welcome')).Welcome);

/** Asks the desk for its state, speaks the language it names, and shows either the first run or the desk. */
export function App() {
  const state = useLive('app.state', {}, STATE_TOPICS);
  // During the first run the language changes with the first answer, before anything is kept.
  const [trying, setTrying] = useState<DisplayLang | null>(null);
  const settings = state.data?.settings;
  const theme = settings?.theme;

  useEffect(() => {
    if (theme) applyTheme(theme);
  }, [theme]);
  const spelling = settings?.spelling ?? true;
  // Every place to write in below follows its root.
  useEffect(() => {
    document.documentElement.spellcheck = spelling;
  }, [spelling]);

  if (state.isPending) return null;
  return (
    <Speaker
      lang={trying ?? spoken(state.data)}
      numerals={settings?.numerals ?? 'auto'}
      region={state.data?.profile?.owner_kind === 'state' ? state.data.profile.owner : undefined}
    >
      <Boundary>
        {state.data === undefined && state.error?.code === 'desk_locked' ? (
          <People />
        ) : state.data === undefined ? (
          <Unopened error={state.error} />
        ) : state.data.profile === null ? (
          <Welcome onLanguage={setTrying} onDone={() => setTrying(null)} />
        ) : (
          <Frame state={state.data} profile={state.data.profile} />
        )}
      </Boundary>
    </Speaker>
  );
}

function spoken(state: AppState | undefined): DisplayLang {
  const chosen = state?.profile ? state.settings.display_lang : undefined;
  if (chosen && isDisplayLang(chosen)) return chosen;
  // While the desk is locked, or new, nobody has said: whoever worked here last is the best guess.
  return rememberedLang() ?? nearestLang(navigator.languages);
}

/** The desk could not be opened: the one screen without a frame. */
function Unopened(props: { error: { code: string; params: Record<string, string>; detail: string } | null }) {
  if (!props.error) return null;
  return (
    <main className="unopened">
      <ErrorLine trouble={props.error} />
    </main>
  );
}
