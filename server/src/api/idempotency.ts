// `Idempotency-Key`: a repeated POST gets the first answer and changes nothing.

import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { dayMs, type Clock } from '../domain/clock.ts';
import { invalid, Refusal } from '../domain/refusal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Remember } from '../manage/remember.ts';
import { KeyUsed } from '../storage/port/store-errors.ts';
import type { IdempotencyKey, Store, StoredAnswer } from '../storage/store.ts';

const keepMs = 7 * dayMs;

/**
 * The request's key, good for 7 days within the caller's tenant, the tenant that it acts in, the method and the path;
 * null without the header. Refuses with `invalid` unless it is 1 to 255 printable ASCII characters. Needs the caller
 * and, for the body's hash, the bytes.
 */
export function idempotencyKeyOf(
  request: FastifyRequest,
  clock: Pick<Clock, 'now'>,
  actsIn: TenantId = request.caller.principal.tenantId,
): IdempotencyKey | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(key)) {
    const message = 'An idempotency key has 1 to 255 printable ASCII characters';
    throw invalid([{ pointer: 'header/idempotency-key', rule: 'format', message }]);
  }
  const [path = ''] = request.url.split('?');
  const { tenantId } = request.caller.principal;
  // The caller's tenant stays in it: nobody gets the answer to another tenant's caller by naming where that one acted.
  const elsewhere = actsIn === tenantId ? '' : ` in ${actsIn}`;
  return {
    tenantId,
    route: `${request.method} ${path.replace(/\/$/, '')}${elsewhere}`,
    key,
    bodyHash: createHash('sha256').update(request.bytes).digest('hex'),
    expiresAt: clock.now() + keepMs,
  };
}

/** What to send; `repeated` becomes the header `idempotency-replayed: true`. */
export type OnceAnswer = StoredAnswer & { readonly repeated: boolean };

export interface Once {
  /**
   * Runs `act` unless the request's key was used before; then answers what was stored with it, also when both ran at
   * the same time. `act` passes `remember` on to the change. `stored`, without secrets, is what a repetition gets, with
   * what is only known after the change added by `completed`. Refuses another body under the same key with
   * `idempotency_key_reuse`. `actsIn` is the tenant of the change where it may be another than the caller's own.
   */
  <Result, Remembered = Result>(
    request: FastifyRequest,
    act: (remember: Remember<Remembered> | undefined) => Promise<Result>,
    answers: {
      readonly fresh: (result: Result) => StoredAnswer;
      readonly stored: (result: Remembered) => StoredAnswer;
      readonly completed?: (stored: StoredAnswer) => Promise<StoredAnswer>;
      readonly actsIn?: TenantId;
    },
  ): Promise<OnceAnswer>;
}

export function makeOnce(parts: { readonly store: Pick<Store, 'findAnswer'>; readonly clock: Clock }): Once {
  const { store, clock } = parts;

  return async (request, act, { fresh, stored, completed = async (answer) => answer, actsIn }) => {
    const key = idempotencyKeyOf(request, clock, actsIn);
    if (key === null) return { ...fresh(await act(undefined)), repeated: false };
    const before = await firstAnswer(key);
    if (before !== undefined) return { ...(await completed(before)), repeated: true };
    try {
      const result = await act((remembered) => ({ key, answer: stored(remembered) }));
      return { ...fresh(result), repeated: false };
    } catch (error) {
      // The same request may have run at the same time: then what it did is why this one was declined.
      const declined = error instanceof KeyUsed || error instanceof Refusal;
      const first = declined ? await firstAnswer(key) : undefined;
      if (first === undefined) throw error;
      return { ...(await completed(first)), repeated: true };
    }
  };

  async function firstAnswer(key: IdempotencyKey): Promise<StoredAnswer | undefined> {
    const found = await store.findAnswer(key, clock.now());
    if (found === undefined) return undefined;
    if (found.bodyHash === key.bodyHash) return found.answer;
    const message = 'This Idempotency-Key came with another body before; use a new key for a new request';
    throw new Refusal('idempotency_key_reuse', message);
  }
}
