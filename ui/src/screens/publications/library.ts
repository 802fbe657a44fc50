import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call, Failure, listen } from '../../backend';
import type { Publication, PublicationPage } from '../../backend/wire';

/** All publications, newest first. The first page is there at once; the others follow. */
export interface Library {
  rows: Publication[];
  total: number;
  /** Every page has arrived. */
  whole: boolean;
}

const KEY = ['publications.library'];
const PAGE = 500;
/** While files come in by the dozen, changes are heard together. */
const PAUSE_MS = 150;
/** And while they keep coming, so often at most: nobody reads a list that moves more often. */
const CALM_MS = 500;

/** What changed while pages were still arriving, so that no older page undoes it. */
const fresh = new WeakMap<QueryClient, Map<string, Publication | null>>();

async function load(client: QueryClient): Promise<Library> {
  const since = new Map<string, Publication | null>();
  fresh.set(client, since);
  const before = client.getQueryData<Library>(KEY);
  const all: Publication[] = [];
  let after: string | null = null;
  let total = 0;
  do {
    const page: PublicationPage = await call('publications.list', {
      sort: 'added',
      desc: true,
      limit: PAGE,
      ...(after !== null && { after }),
    }).catch((thrown) => Promise.reject(Failure.from(thrown)));
    all.push(...page.publications);
    total = Math.max(total, page.total);
    after = page.next;
    // What is shown already stays until all is read again.
    if (!before && after !== null) client.setQueryData<Library>(KEY, { rows: [...all], total, whole: false });
  } while (after !== null);
  const rows = put(all, since);
  return { rows, total: rows.length, whole: true };
}

/** The rows with newer ones in their place, those that are gone left out, and new ones first. */
function put(rows: Publication[], newer: Map<string, Publication | null>): Publication[] {
  if (newer.size === 0) return rows;
  const known = new Set<string>();
  const kept: Publication[] = [];
  for (const row of rows) {
    known.add(row.id);
    const next = newer.get(row.id);
    if (next === undefined) kept.push(row);
    else if (next !== null) kept.push(next);
  }
  const added = [...newer.values()].filter((row): row is Publication => row !== null && !known.has(row.id));
  // Ids hold their time: the newest first.
  added.sort((a, b) => (a.id < b.id ? 1 : -1));
  return [...added, ...kept];
}

/** Puts rows the desk answered with into the library. */
export function patch(client: QueryClient, rows: Publication[], asked: string[] = []): void {
  const newer = new Map<string, Publication | null>(asked.map((id) => [id, null]));
  for (const row of rows) newer.set(row.id, row);
  const since = fresh.get(client);
  for (const [id, row] of newer) since?.set(id, row);
  client.setQueryData<Library>(KEY, (now) => {
    if (!now) return now;
    const put_ = put(now.rows, newer);
    return { ...now, rows: put_, total: now.total + put_.length - now.rows.length };
  });
}

/**
 * The library, kept true: of what changed only those rows are read again, so that the ten-thousandth publication costs
 * what the hundredth did.
 */
export function useLibrary() {
  const client = useQueryClient();
  const query = useQuery<Library, Failure>({ queryKey: KEY, queryFn: () => load(client) });
  useEffect(() => {
    let named = new Set<string>();
    let any = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = Number.NEGATIVE_INFINITY;
    const read = async () => {
      timer = undefined;
      last = performance.now();
      const ids = [...named];
      named = new Set();
      if (any) {
        any = false;
        await client.invalidateQueries({ queryKey: KEY }, { cancelRefetch: false });
        return;
      }
      const { publications } = await call('publications.rows', { publications: ids });
      patch(client, publications, ids);
    };
    const stop = listen((changes) => {
      if (!changes.topics.includes('publications')) return;
      if (changes.publications.length === 0) any = true;
      for (const id of changes.publications) named.add(id);
      const rest = last + CALM_MS - performance.now();
      timer ??= setTimeout(() => void read().catch(() => undefined), Math.max(PAUSE_MS, rest));
    });
    return () => {
      clearTimeout(timer);
      stop();
      // Nobody listens from here on: the next look reads anew.
      void client.invalidateQueries({ queryKey: KEY, refetchType: 'none' });
    };
  }, [client]);
  return query;
}
