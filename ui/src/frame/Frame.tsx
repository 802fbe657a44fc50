import { useEffect, useState } from 'react';
import { call } from '../backend';
import type { AppState, Profile } from '../backend/wire';
import { Boundary } from '../parts/Boundary';
import { fetched } from '../parts/fetched';
import { isKeys } from '../parts/keys';
import { StatusPlace } from '../parts/StatusLine';
import { Toasts } from '../parts/Toasts';
import { Desk } from '../screens/desk/Desk';
import { tellSigns } from '../state/idle';
import { leaveDesk } from '../state/leave';
import { useLive } from '../state/live';
import { Me } from '../state/me';
import { back, currentScreen, go, type Screen, useScreen } from '../state/screen';
import { useT } from '../text';
import { Foot } from './Foot';
import css from './Frame.module.css';
import { places, Rail } from './Rail';

// The desk is what every start shows, so it comes with the frame; the other screens come when asked for.
const Drafts = fetched(async () => (await import('../screens/drafts/Drafts')).Drafts);
const Publications = fetched(async () => (await import('../screens/publications/Publications')).Publications);
const Review = fetched(async () => (await import('../screens/review/Review')).Review);
const Proof = fetched(async () => (await import('../screens/proof/Proof')).Proof);
const Comments = fetched(async () => (await import('../screens/comments/Comments')).Comments);
const Batch = fetched(async () => (await import('../screens/batch/Batch')).Batch);
const ByFile = fetched(async () => (await import('../screens/proof/ByFile')).ByFile);
const Outbox = fetched(async () => (await import('../screens/outbox/Outbox')).Outbox);
const Carry = fetched(async () => (await import('../screens/carry/Carry')).Carry);
const Conflict = fetched(async () => (await import('../screens/conflict/Conflict')).Conflict);
const RemotePieces = fetched(async () => (await import('../screens/remote/RemotePieces')).RemotePieces);
const Search = fetched(async () => (await import('../screens/search/Search')).Search);
const Settings = fetched(async () => (await import('../screens/settings/Settings')).Settings);
const Connection = fetched(async () => (await import('../screens/connection/Connection')).Connection);
const NewPiece = fetched(async () => (await import('../screens/new/NewPiece')).NewPiece);
const Brought = fetched(async () => (await import('../screens/brought/Brought')).Brought);
const Editor = fetched(async () => (await import('../screens/editor/EditorScreen')).EditorScreen);
const Palette = fetched(async () => (await import('./Palette')).Palette);

/** The window after the first run: rail, screen, foot, and the keys that work everywhere. */
export function Frame(props: { state: AppState; profile: Profile }) {
  const t = useT();
  const screen = useScreen();
  const [finding, setFinding] = useState(false);
  const [place, setPlace] = useState<HTMLElement | null>(null);
  const alone = screen.name === 'editor';

  // A package that was opened by a double click, in the system's own list of files.
  const given = useLive('app.opened', {}, ['opened'], { keep: false }).data?.path ?? null;
  useEffect(() => {
    if (given === null) return;
    void go({ name: 'byfile', file: given }).then(() => call('app.opened_shown', { path: given }));
  }, [given]);

  const people = useLive('people.state', {}, ['settings']).data?.people ?? [];
  const shared = people.length > 1;
  const canLeave = shared || props.state.locked;
  const leaves = canLeave && props.state.settings.lock_after > 0;
  useEffect(
    () =>
      leaves ? tellSigns(async (sign) => (await call('people.seen', sign)).stays, leaveDesk) : undefined,
    [leaves],
  );

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
      // Where sending goes on without the window, closing it is not the end; this is.
      if (isKeys(event, 'Mod+Q')) void call('app.quit', {}).catch(() => undefined);
      else if (canLeave && (isKeys(event, 'Mod+L') || isKeys(event, 'Mod+Shift+U'))) void leaveDesk();
      else if (isKeys(event, 'Mod+N')) void go({ name: 'new' });
      else if (isKeys(event, 'Alt+ArrowLeft') && currentScreen().name !== 'desk') void back();
      else if (chosen) void go({ name: chosen.name });
      else return;
      event.preventDefault();
      setFinding(false);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [canLeave]);

  return (
    <Me value={{ state: props.state, profile: props.profile }}>
      <StatusPlace value={place}>
        <div className={css.frame} data-alone={alone || undefined}>
          {!alone && (
            <Rail
              here={screen.name === 'connection' ? 'settings' : screen.name}
              counts={props.state.counts}
              onFind={() => setFinding(true)}
              person={canLeave ? props.profile.name : null}
            />
          )}
          <main
            className={css.main}
            key={alone ? `editor-${screen.draft}` : screen.name}
            aria-label={t('common.main')}
          >
            <Boundary>
              <Shown screen={screen} />
            </Boundary>
          </main>
          <Foot state={props.state} onPlace={setPlace} brief={alone} />
        </div>
        <Toasts />
        {finding && <Palette onClose={() => setFinding(false)} />}
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
    case 'proof':
      return <Proof key={screen.draft} draft={screen.draft} />;
    case 'comments':
      return <Comments key={screen.draft} draft={screen.draft} />;
    case 'batch':
      return <Batch />;
    case 'byfile':
      return <ByFile file={screen.file} />;
    case 'outbox':
      return <Outbox />;
    case 'carry':
      return <Carry />;
    case 'conflict':
      return <Conflict draft={screen.draft} portal={screen.portal} />;
    case 'remote':
      return <RemotePieces />;
    case 'search':
      return <Search query={screen.query} />;
    case 'settings':
      return <Settings section={screen.section} />;
    case 'connection':
      return <Connection portal={screen.portal} />;
    case 'new':
      return <NewPiece key={screen.file} file={screen.file} />;
    case 'brought':
      return <Brought draft={screen.draft} />;
    case 'editor':
      return <Editor draftId={screen.draft} onClose={() => void back()} />;
  }
}
