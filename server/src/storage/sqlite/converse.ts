// A thread's end of the conversation.

import { workerData } from 'node:worker_threads';
import { StoreRefusal } from '../store-refusal.ts';
import { failureOf } from './failure.ts';
import type { Opened, OwnPort, Talk } from './thread.ts';

/** Opens, says so, then answers one request after the other. `answer` must not reject. */
export function converse<Words extends Talk>(
  open: () => { welcome: Words['welcome']; answer: (request: Words['request']) => Promise<Words['answer']> },
): void {
  const { port } = workerData as OwnPort;
  const say = (words: Opened<Words> | Words['answer']) => port.postMessage(words);
  try {
    const { welcome, answer } = open();
    say({ opened: welcome });
    let turn = Promise.resolve();
    port.on('message', (request: Words['request']) => {
      turn = turn.then(async () => say(await answer(request)));
    });
  } catch (error) {
    say({ refused: refusalOf(error) });
    port.close();
  }
}

function refusalOf(error: unknown): { code: StoreRefusal['code']; message: string } {
  if (error instanceof StoreRefusal) return { code: error.code, message: error.message };
  const failure = failureOf(error);
  return { code: failure.kind === 'broken' ? 'damaged' : 'failed', message: failure.message };
}
