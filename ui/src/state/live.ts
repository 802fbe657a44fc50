import {
  keepPreviousData,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
} from '@tanstack/react-query';
import { call, Failure, listen } from '../backend';
import type { Changes, Commands, Topic } from '../backend/wire';

export type CommandName = keyof Commands;
type Args<N extends CommandName> = Commands[N]['args'];
type Result<N extends CommandName> = Commands[N]['result'];

/**
 * The desk is on this machine: there is no online or offline here, nothing goes stale by time, and a failed call would
 * fail again. Answers are refetched when the desk says that their topic changed, and only then.
 */
export function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        retry: false,
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

/** While changes do not end, what they touched is refetched so many times less often. */
const CALMER = 8;

/**
 * Refetches what a change touched. Bursts are heard as one, and a long row of them (a folder of files coming in) now and
 * then, so that the window has time for the person. Answers with the way to stop.
 */
export function hearChanges(client: QueryClient, pauseMs = 60): () => void {
  let heard = new Set<Topic>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = Number.NEGATIVE_INFINITY;
  const refetch = () => {
    last = performance.now();
    const topics = heard;
    heard = new Set();
    timer = undefined;
    void client.invalidateQueries({
      predicate: (query) => {
        const cares = query.meta?.topics;
        return Array.isArray(cares) && cares.some((topic) => topics.has(topic as Topic));
      },
    });
  };
  const stop = listen((changes: Changes) => {
    for (const topic of changes.topics) heard.add(topic);
    const rest = last + pauseMs * CALMER - performance.now();
    timer ??= setTimeout(refetch, Math.max(pauseMs, rest));
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

/**
 * The answer of a command, kept true: fetched once, refetched when one of `topics` changes. With `when: false` it waits.
 * While new arguments load, the former answer stays, so lists do not blink.
 */
export function useLive<N extends CommandName>(
  name: N,
  args: Args<N>,
  topics: Topic[],
  options: { when?: boolean; keep?: boolean; every?: number } = {},
): UseQueryResult<Result<N>, Failure> {
  return useQuery<Result<N>, Failure>({
    queryKey: [name, args],
    queryFn: () => call(name, args),
    meta: { topics },
    enabled: options.when ?? true,
    placeholderData: options.keep === false ? undefined : keepPreviousData,
    ...(options.every && { refetchInterval: options.every }),
  });
}

/** Puts an answer asked for ahead where {@link useLive} looks for it. A failed one is asked for again by the screen. */
export async function answered<N extends CommandName>(
  client: QueryClient,
  name: N,
  args: Args<N>,
  topics: Topic[],
  answer: Promise<Result<N>>,
): Promise<void> {
  await client.prefetchQuery<Result<N>, Failure>({
    queryKey: [name, args],
    queryFn: () => answer,
    meta: { topics },
  });
}

type Paged = {
  [N in CommandName]: Result<N> extends { next: string | null } ? N : never;
}[CommandName];

/**
 * A list longer than one answer: the first `pages` answers one after the other, `next` when there is more. Kept true like
 * {@link useLive}.
 */
export function usePages<N extends Paged>(
  name: N,
  args: Args<N>,
  topics: Topic[],
  pages: number,
): UseQueryResult<Result<N>[], Failure> {
  return useQuery<Result<N>[], Failure>({
    queryKey: [name, args, pages],
    queryFn: async () => {
      const all: Result<N>[] = [];
      let after: string | null = null;
      do {
        const page: Result<N> = await call(name, after === null ? args : { ...args, after });
        all.push(page);
        after = page.next;
      } while (after !== null && all.length < pages);
      return all;
    },
    meta: { topics },
    placeholderData: keepPreviousData,
  });
}

/**
 * Something a person does. `act.mutate(args)`; a failure is kept in `act.error` for the screen to tell. `inOrder`: each
 * call begins when the one before has been answered, so that the last word of somebody quick is the one that holds.
 */
export function useAct<N extends CommandName>(
  name: N,
  then?: (result: Result<N>, args: Args<N>) => void,
  options: { inOrder?: boolean } = {},
): UseMutationResult<Result<N>, Failure, Args<N>> {
  return useMutation<Result<N>, Failure, Args<N>>({
    ...(options.inOrder && { scope: { id: name } }),
    mutationFn: (args) => call(name, args).catch((thrown) => Promise.reject(Failure.from(thrown))),
    onSuccess: then,
  });
}
