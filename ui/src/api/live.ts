// News from the server while a page is open: what changed, so that lists and charts follow without a reload.

import { authorization, isUnreachable, knownAgain, Problem } from './call.ts';

/** What a message is about, and its data as the API describes it. */
export type News = { readonly topic: string; readonly data: unknown };

export type LiveState = 'connecting' | 'open' | 'waiting';

const firstWaitMs = 1_000;
const longestWaitMs = 10_000;

/**
 * Listens until aborted; a lost connection is opened again, later each time. `isAway` tells that it could not be opened
 * because nobody answered.
 */
export async function listen(
  hear: (news: News) => void,
  tell: (state: LiveState, isAway: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  let waitMs = firstWaitMs;
  while (!signal.aborted) {
    let isAway = false;
    let wasOpen = false;
    tell('connecting', false);
    const opened = () => {
      wasOpen = true;
      waitMs = firstWaitMs;
      tell('open', false);
    };
    try {
      await listenOnce(hear, opened, signal);
    } catch (error) {
      // Whoever may not listen, may not later either.
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) {
        return tell('waiting', false);
      }
      isAway = !wasOpen && (!(error instanceof Problem) || isUnreachable(error));
    }
    if (signal.aborted) return;
    tell('waiting', isAway);
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, longestWaitMs);
  }
}

/** A server-sent event stream read by hand, since `EventSource` carries no token. */
async function listenOnce(
  hear: (news: News) => void,
  opened: () => void,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch('/api/v1/live', {
    headers: { accept: 'text/event-stream', ...authorization() },
    signal,
  });
  if (!answer.ok || answer.body === null) {
    const problem = new Problem('No live news', { status: answer.status, code: 'unknown' });
    if (problem.status !== 401) throw problem;
    await knownAgain(problem);
    return listenOnce(hear, opened, signal);
  }
  opened();
  let rest = '';
  for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
    const messages = (rest + text).split('\n\n');
    rest = messages.pop() ?? '';
    for (const message of messages) {
      const news = readMessage(message);
      if (news !== undefined) hear(news);
    }
  }
}

/** Undefined for comments and for what has no data. */
function readMessage(message: string): News | undefined {
  let topic = 'message';
  const data: string[] = [];
  for (const line of message.split('\n')) {
    if (line.startsWith('event:')) topic = line.slice(6).trim();
    if (line.startsWith('data:')) data.push(line.slice(5).trimStart());
  }
  if (data.length === 0) return undefined;
  try {
    return { topic, data: JSON.parse(data.join('\n')) };
  } catch {
    return undefined;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
