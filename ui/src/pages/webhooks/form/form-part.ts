// What every part of the form is given: the draft, how to change it, and what the server found wrong with it.

import { Problem } from '../../../api/call.ts';
import type { Webhook } from '../../../api/types.ts';
import * as texts from '../../../texts/texts.ts';
import type { Draft } from './draft.ts';
import { scheduleOf } from './schedule.ts';

export type FormPart = {
  readonly dialect: Webhook['dialect'];
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
  /** What is wrong with the member at this JSON pointer, in a sentence. */
  readonly about: (pointer: string) => string | undefined;
  /** Whether there is no webhook yet. */
  readonly fresh: boolean;
};

/** The members that have a place in the form; what is wrong with others is told beside it. */
const places = [
  '/name',
  '/url',
  '/state',
  '/eventTypes',
  '/description',
  '/channels',
  '/headers',
  '/metadata',
  '/retrySchedule',
  '/timeoutMs',
  '/concurrency',
  '/profile',
  '/signing/secret',
  '/dialectSettings/secret',
  '/dialectSettings/credentials/username',
  '/dialectSettings/credentials/password',
  '/dialectSettings/policy',
  '/dialectSettings/mailExceptionsTo',
  '/dialectSettings/appOfferingReferences',
  '/dialectSettings/source',
  '/dialectSettings/sourceID',
  '/dialectSettings/expiryDays',
];

/** What only the person can have meant is judged before anything is sent. */
export function draftProblem({ retrySchedule }: Draft): Problem | undefined {
  if (scheduleOf(retrySchedule) !== undefined) return undefined;
  const message = texts.webhookForm.delivery.badSchedule;
  return new Problem(message, {
    status: 422,
    code: 'invalid',
    errors: [{ pointer: '/retrySchedule', rule: 'format', message }],
  });
}

/** Whether each thing that is wrong stands at its field. */
export function isPlaced(error: unknown): boolean {
  return (
    error instanceof Problem &&
    error.errors.length > 0 &&
    error.errors.every(({ pointer }) =>
      places.some((place) => pointer === place || pointer.startsWith(`${place}/`)),
    )
  );
}

export function aboutIn(error: unknown): FormPart['about'] {
  return (pointer) => (error instanceof Problem ? error.about(pointer) : undefined);
}
