import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import type { Door, FileDrop } from './door';
import { Failure } from './failure';
import type { Changes } from './wire';

/** Starts an asynchronous subscription and answers with a stop that also works before it has started. */
function subscription(start: Promise<() => void>): () => void {
  let stopped = false;
  let stop: (() => void) | undefined;
  start.then(
    (given) => {
      if (stopped) given();
      else stop = given;
    },
    () => undefined,
  );
  return () => {
    stopped = true;
    stop?.();
  };
}

export const tauriDoor: Door = {
  async call(name, args) {
    try {
      return await invoke('call', { name, args });
    } catch (thrown) {
      throw Failure.from(thrown);
    }
  },
  listen(heard) {
    return subscription(listen<Changes>('changes', (event) => heard(event.payload)));
  },
  onClosing(heard) {
    return subscription(listen('closing', () => heard()));
  },
  blobUrl: (sha256) => `${scheme()}/blob/${sha256}`,
  firstPageUrl: (sha256) => `${scheme()}/first-page/${sha256}`,
  thumbnailUrl: (publication) => `${scheme()}/thumbnail/${publication}`,
  onDrop(heard: (drop: FileDrop) => void) {
    return subscription(
      getCurrentWebview().onDragDropEvent(({ payload }) => {
        if (payload.type === 'drop') heard({ kind: 'drop', paths: payload.paths });
        else if (payload.type === 'leave') heard({ kind: 'leave' });
        else heard({ kind: 'over' });
      }),
    );
  },
};

/** Windows and Android webviews reach a custom scheme through http://<scheme>.localhost. */
function scheme(): string {
  return navigator.userAgent.includes('Windows') ? 'http://qalam.localhost' : 'qalam://localhost';
}
