import type alike from '@locales/en/alike.json';
import type background from '@locales/en/background.json';
import type batch from '@locales/en/batch.json';
import type brought from '@locales/en/brought.json';
import type carry from '@locales/en/carry.json';
import type comments from '@locales/en/comments.json';
import type common from '@locales/en/common.json';
import type conflict from '@locales/en/conflict.json';
import type connection from '@locales/en/connection.json';
import type desk from '@locales/en/desk.json';
import type outbox from '@locales/en/outbox.json';
import type people from '@locales/en/people.json';
import type proof from '@locales/en/proof.json';
import type publications from '@locales/en/publications.json';
import type remote from '@locales/en/remote.json';
import type review from '@locales/en/review.json';
import type search from '@locales/en/search.json';
import type sending from '@locales/en/sending.json';
import type settings from '@locales/en/settings.json';
import type slim from '@locales/en/slim.json';
import type verify from '@locales/en/verify.json';
import type watched from '@locales/en/watched.json';
import type welcome from '@locales/en/welcome.json';
import type { DisplayLang } from './languages';

type In<File extends string, Messages> = `${File}.${Extract<keyof Messages, string>}`;

/** Every sentence by its address: file name, a full stop, the id inside the file. Unknown ids do not compile. */
export type MessageId =
  | In<'alike', typeof alike>
  | In<'background', typeof background>
  | In<'brought', typeof brought>
  | In<'carry', typeof carry>
  | In<'batch', typeof batch>
  | In<'comments', typeof comments>
  | In<'common', typeof common>
  | In<'conflict', typeof conflict>
  | In<'connection', typeof connection>
  | In<'desk', typeof desk>
  | In<'outbox', typeof outbox>
  | In<'people', typeof people>
  | In<'proof', typeof proof>
  | In<'publications', typeof publications>
  | In<'remote', typeof remote>
  | In<'review', typeof review>
  | In<'search', typeof search>
  | In<'sending', typeof sending>
  | In<'settings', typeof settings>
  | In<'slim', typeof slim>
  | In<'verify', typeof verify>
  | In<'watched', typeof watched>
  | In<'welcome', typeof welcome>
  | `editor.${string}`
  | `errors.${string}`;

export type Messages = Record<string, string>;

/** Gives each sentence its address. An id that already begins with its file's name keeps it. */
export function addressed(files: Record<string, Messages>): Messages {
  const all: Messages = {};
  for (const [path, messages] of Object.entries(files)) {
    const file = /([^/]+)\.json$/.exec(path)?.[1];
    if (!file) continue;
    for (const [id, text] of Object.entries(messages)) {
      all[id.startsWith(`${file}.`) ? id : `${file}.${id}`] = text;
    }
  }
  return all;
}

const loaders: Record<DisplayLang, () => Promise<{ messages: Messages }>> = {
  ar: () => import('./bundle-ar'),
  fr: () => import('./bundle-fr'),
  en: () => import('./bundle-en'),
};

const here: Partial<Record<DisplayLang, Messages>> = {};

/** All sentences of one language: one small file of the build, loaded when the language is chosen. */
export async function loadMessages(lang: DisplayLang): Promise<Messages> {
  const { messages } = await loaders[lang]();
  here[lang] = messages;
  return messages;
}

/** The same, if they have been loaded. */
export function loadedMessages(lang: DisplayLang): Messages | undefined {
  return here[lang];
}
