// What every part of the form is given: the draft, how to change it, and what the server found wrong with it.

import { Problem } from '../../../api/call.ts';
import { isWithin, type FieldProblem } from '../../../api/field-problem.ts';
import type { Webhook } from '../../../api/types.ts';
import { changedKeys, type Draft, type DraftKey } from './draft.ts';

export type FormPart = {
  readonly dialect: Webhook['dialect'];
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
  /** What is wrong with the member at this JSON pointer, in a sentence. */
  readonly about: (pointer: string) => string | undefined;
  /** The webhook that the draft changes; undefined where there is none yet. */
  readonly stored: Webhook | undefined;
};

/** The members that have a field in the form, and what of the draft they are made of; what is wrong with others is told beside it. */
const fields: Readonly<Record<string, DraftKey | readonly DraftKey[]>> = {
  '/name': 'name',
  '/url': 'url',
  '/state': 'active',
  '/eventTypes': ['eventTypes', 'typedEvent'],
  '/description': 'description',
  '/channels': 'channels',
  '/filter': 'filter',
  '/headers': 'headers',
  '/metadata': 'metadata',
  '/retrySchedule': 'retrySchedule',
  '/ordering': 'ordering',
  '/timeoutMs': 'timeoutS',
  '/concurrency': 'concurrency',
  '/rateLimit/requests': 'rateRequests',
  '/rateLimit/perSeconds': ['ratePerSeconds', 'rateRequests'],
  '/profile': 'profile',
  '/signing/secret': ['ownSecret', 'scheme', 'algorithm'],
  '/dialectSettings/secret': 'secret',
  '/dialectSettings/credentials/username': 'username',
  '/dialectSettings/credentials/password': ['password', 'username'],
  '/dialectSettings/policy': 'policy',
  '/dialectSettings/mailExceptionsTo': 'mailExceptionsTo',
  '/dialectSettings/appOfferingReferences': 'appOfferingReferences',
  '/dialectSettings/source': 'source',
  '/dialectSettings/sourceID': 'sourceID',
  '/dialectSettings/expiryDays': 'expiryDays',
};
export const places = Object.keys(fields);

/** What of the error is still about what the fields hold: a field that was changed since it was sent is judged anew. */
export function standing(error: unknown, sent: Draft | undefined, draft: Draft): unknown {
  if (!(error instanceof Problem) || error.errors.length === 0 || sent === undefined) return error;
  const changed = changedKeys(sent, draft);
  const errors = error.errors.filter((one) => !isMadeOf(one, changed));
  if (errors.length === 0) return undefined;
  const { message, status, code, requestId } = error;
  return new Problem(message, { status, code, errors, requestId });
}

/** Whether what is wrong may be due to one of these parts of the draft. */
export function isMadeOf(error: FieldProblem, keys: readonly DraftKey[]): boolean {
  return Object.entries(fields).some(
    ([place, parts]) => isWithin(error, place) && keys.some((key) => [parts].flat().includes(key)),
  );
}

export function aboutIn(error: unknown): FormPart['about'] {
  return (pointer) => (error instanceof Problem ? error.about(pointer) : undefined);
}
