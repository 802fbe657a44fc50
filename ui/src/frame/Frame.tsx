import { lazy, Suspense, useEffect, useState } from 'react';
import type { AppState, Profile } from '../backend/wire';
import { Boundary } from '../parts/Boundary';
import { isKeys } from '../parts/keys';
import { StatusPlace } from '../parts/StatusLine';
import { Toasts } from '../parts/Toasts';
import { Me } from '../state/me';
import { back, currentScreen, go, type Screen, useScreen } from '../state/screen';
import { useT } from '../text';
import { Foot } from './Foot';
import css from './Frame.module.css';
import { places, Rail } from './Rail';

const Desk = lazy(() => import('../screens/desk/Desk').then((module) => ({ default: module.Desk })));
const Drafts = lazy(() => import('../screens/drafts/Drafts').then((module) => ({ default: module.Drafts })));
const Publications = lazy(() =>
  import('../screens/publications/Publications').then((module) => ({ default: module.Publications })),
);
const Review = lazy(() => import('../screens/review/Review').then((module) => ({ default: module.Review })));
const Outbox = lazy(() => import('../screens/outbox/Outbox').then((module) => ({ default: module.Outbox })));
const Search = lazy(() => import('../screens/search/Search').then((module) => ({ default: module.Search })));
const Settings = lazy(() =>
  import('../screens/settings/Settings').then((module) => ({ default: module.Settings })),
);
const NewPiece = lazy(() =>
  import('../screens/new/NewPiece').then((module) => ({ default: module.NewPiece })),
);
const Editor = lazy(() =>
  import('../screens/editor/EditorScreen').then((module) => ({ default: module.EditorScreen })),
);
const Palette = lazy(() => import('./Palette').then((module) => ({ default: module.Palette })));

/** The window after the first run: rail, screen, foot, and the keys that work everywhere. */
export function Frame(props: { state: AppState; profile: Profile }) {
  const t = useT();
  const screen = useScreen();
  const [finding, setFinding] = useState(false);
  const [place, setPlace] = useState<HTMLElement | null>(null);
  const alone = screen.name === 'editor';

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const digit = places.findIndex((_, index) => isKeys(event, `Mod+${index + 1}`));
      const chosen = places[digit];
      if (isKeys(event, 'Mod+K')) {
        event.preventDefault();
        setFinding((open) => !open);
        return;
      }
      if (isKeys(event, 'Mod+N')) void go({ name: 'new' });
      else if (isKeys(event, 'Alt+ArrowLeft') && currentScreen().name !== 'desk') void back();
      else if (chosen) void go({ name: chosen.name });
      else return;
      event.preventDefault();
      setFinding(false);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  return (
    <Me value={{ state: props.state, profile: props.profile }}>
      <StatusPlace value={place}>
        <div className={css.frame} data-alone={alone || undefined}>
          {!alone && <Rail here={screen.name} counts={props.state.counts} onFind={() => setFinding(true)} />}
          <main
            className={css.main}
            key={alone ? `editor-${screen.draft}` : screen.name}
            aria-label={t('common.main')}
          >
            <Boundary>
              <Suspense fallback={null}>
                <Shown screen={screen} />
              </Suspense>
            </Boundary>
          </main>
          <Foot state={props.state} onPlace={setPlace} brief={alone} />
        </div>
        <Toasts />
        {finding && (
          <Suspense fallback={null}>
            <Palette onClose={() => setFinding(false)} />
          </Suspense>
        )}
      </StatusPlace>
    </Me>
  );
}

function Shown({ screen }: { screen: Screen }) {
  switch (screen.name) {
    case 'desk':
      return <Desk draft={screen.draft} />;
    case 'drafts':
      return <Drafts state={screen.state} type={screen.type} trashed={screen.trashed} />;
    case 'publications':
      return <Publications publication={screen.publication} />;
    case 'review':
      return <Review draft={screen.draft} />;
    case 'outbox':
      return <Outbox />;
    case 'search':
      return <Search query={screen.query} />;
    case 'settings':
      return <Settings section={screen.section} />;
    case 'new':
      return <NewPiece />;
    case 'editor':
      return <Editor draftId={screen.draft} onClose={() => void back()} />;
  }
}
