// An operation of the store as data, on its way to where it runs, and what comes back.

import { errorOf, type Failure } from './failure.ts';

export type Command = { readonly name: string; readonly args: readonly unknown[] };
export type Reply = { readonly value: unknown } | { readonly failure: Failure };

/** Throws the error of the Store port that a failure stands for. */
export function valueOf(reply: Reply): unknown {
  if ('failure' in reply) throw errorOf(reply.failure);
  return reply.value;
}
