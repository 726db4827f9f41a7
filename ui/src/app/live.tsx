// Live news for all pages over one connection: what changed is asked for again, and a page may hear the news itself.

import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  useContext,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from 'react';
import { listen, type LiveState, type News } from '../api/live.ts';

/**
 * Which questions have another answer after news of a topic. What a delivery waits for is its webhook's matter, too. Lists
 * of deliveries and events are not among them: their new rows wait until the reader wants them.
 */
const outdated: Readonly<Record<string, readonly (readonly string[])[]>> = {
  deliveries: [['deliveries', 'one'], ['events', 'one'], ['statistics'], ['issues']],
  events: [],
  webhooks: [['webhooks'], ['deliveries', 'one'], ['events', 'one'], ['statistics']],
  issues: [['issues']],
  replays: [['replays']],
};

/** So that a flood of news asks each question once in a while, not at every message. */
const calmMs = 2_000;

type Hear = (news: News) => void;
type Live = {
  readonly state: LiveState;
  /** Since when the server has been away. */
  readonly lostAt: number | undefined;
  readonly hear: (listener: Hear) => () => void;
};

const LiveContext = createContext<Live>({ state: 'waiting', lostAt: undefined, hear: () => () => {} });

export function LiveNews({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const [lostAt, setLostAt] = useState<number>();
  const listeners = useRef(new Set<Hear>());

  useEffect(() => {
    const stop = new AbortController();
    const waiting = new Set<string>();
    const hear = (news: News) => {
      for (const key of outdated[news.topic] ?? []) waiting.add(JSON.stringify(key));
      for (const listener of listeners.current) listener(news);
    };
    let since: number | undefined;
    const tell = (next: LiveState, isAway: boolean) => {
      setState(next);
      if (next === 'waiting') {
        since ??= Date.now();
        setLostAt(isAway ? since : undefined);
      }
      if (next !== 'open' || since === undefined) return;
      since = undefined;
      setLostAt(undefined);
      // Of what happened meanwhile no news comes any more.
      for (const key of Object.values(outdated).flat()) waiting.add(JSON.stringify(key));
      void queries.invalidateQueries({ predicate: (query) => query.state.status === 'error' });
    };
    const ask = setInterval(() => {
      for (const key of waiting) void queries.invalidateQueries({ queryKey: JSON.parse(key) as string[] });
      waiting.clear();
    }, calmMs);
    void listen(hear, tell, stop.signal);
    return () => {
      stop.abort();
      clearInterval(ask);
    };
  }, [queries]);

  const live = useMemo<Live>(
    () => ({
      state,
      lostAt,
      hear(listener) {
        listeners.current.add(listener);
        return () => void listeners.current.delete(listener);
      },
    }),
    [state, lostAt],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLiveState(): LiveState {
  return useContext(LiveContext).state;
}

export function useLostAt(): number | undefined {
  return useContext(LiveContext).lostAt;
}

/** Hears the news of one topic while the component shows. */
export function useNews<Data>(topic: string, hear: (data: Data) => void): void {
  useNewsOf<Data>([topic], hear);
}

export function useNewsOf<Data>(topics: readonly string[], hear: (data: Data) => void): void {
  const live = useContext(LiveContext);
  const onNews = useEffectEvent((news: News) => {
    if (topics.includes(news.topic)) hear(news.data as Data);
  });
  useEffect(() => live.hear((news) => onNews(news)), [live]);
}
