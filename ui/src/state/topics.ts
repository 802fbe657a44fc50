import type { Topic } from '../backend/wire';

/** What the state of the app depends on. */
export const STATE_TOPICS: Topic[] = ['settings', 'link', 'drafts', 'outbox', 'review', 'portals'];
/** What the home list depends on. */
export const DESK_TOPICS: Topic[] = ['drafts', 'review', 'outbox'];
