// Code that is not part of the first load: fetched ahead while nothing else is to do, so that a page opens at once and
// also while the server is away. Never does the window reload by itself, which would throw away what was typed.

import { lazyRouteComponent, useRouterState } from '@tanstack/react-router';
import { lazy, useEffect, type ComponentType } from 'react';
import { Problem, unreachable } from '../api/call.ts';
import * as texts from '../texts/texts.ts';

type Load<Code> = () => Promise<Code>;

/** So that the first page has the network to itself. */
const aheadAfterMs = 3_000;
const againAfterMs = 2_000;
const answersWithinMs = 5_000;

const notFetched = new Set<Load<unknown>>();

/** A route's component; where its code can't be had, the route shows the `Problem`, and tries anew when loaded again. */
export function lazyPage<Code extends Record<string, unknown>, Name extends keyof Code & string>(
  load: Load<Code>,
  name: Name,
) {
  notFetched.add(load);
  return lazyRouteComponent(async () => {
    try {
      return await load();
    } catch {
      const problem = await whyNot();
      if (!isOutdated(problem)) throw problem;
      // The server may have come back between the two questions.
      return load().catch(() => Promise.reject(problem));
    }
  }, name);
}

/**
 * A part of a page that shows once its code is there, be it after an outage: the page around it goes on, also without a part
 * that a newer server has no more.
 */
export function lazyPart<Props>(load: Load<ComponentType<Props>>) {
  notFetched.add(load);
  const nothing: ComponentType<Props> = () => null;
  return lazy(async () => ({ default: (await fetchedAtLast(load)) ?? nothing }));
}

async function fetchedAtLast<Code>(load: Load<Code>): Promise<Code | undefined> {
  for (let outdated = 0; outdated < 2;) {
    try {
      return await load();
    } catch {
      if (isOutdated(await whyNot())) outdated++;
      await new Promise((resolve) => setTimeout(resolve, againAfterMs));
    }
  }
  return undefined;
}

/** Whether the server is another version, so that only a reload helps. */
export function isOutdated(error: unknown): boolean {
  return error instanceof Problem && error.code === 'outdated';
}

/** Either nobody answers, or the server is another version, which has other files. */
async function whyNot(): Promise<Problem> {
  try {
    const { status } = await fetch('/health', { signal: AbortSignal.timeout(answersWithinMs) });
    if (status < 500) return new Problem(texts.shell.outdated, { status: 0, code: 'outdated' });
  } catch {
    // As told below.
  }
  return unreachable();
}

/** Fetches all other code one by one, once the page that was asked for is there; what failed again after the next one. */
export function useCodeAhead(): void {
  const isThere = useRouterState({ select: ({ status }) => status === 'idle' });
  useEffect(() => {
    if (!isThere) return undefined;
    const timer = setTimeout(() => void fetchAhead(), aheadAfterMs);
    return () => clearTimeout(timer);
  }, [isThere]);
}

/** A page that comes may bring parts of its own. */
async function fetchAhead(): Promise<void> {
  for (const load of notFetched) {
    try {
      await load();
      notFetched.delete(load);
    } catch {
      // Whoever needs it is told.
    }
  }
}
