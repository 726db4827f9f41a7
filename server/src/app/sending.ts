// Starts the thread that sends requests to receivers.

import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';

export function startSendingThread(): { readonly worker: Worker; readonly port: MessagePort } {
  // The packed program has JavaScript beside this file, the repository TypeScript.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  // A channel of our own: on the worker's, Node may speak too (`node --watch` does).
  const { port1: port, port2: theirs } = new MessageChannel();
  const worker = new Worker(new URL(`./sending-thread.${extension}`, import.meta.url), {
    workerData: { port: theirs },
    transferList: [theirs],
  });
  return { worker, port };
}
