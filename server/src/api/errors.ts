// From whatever a route threw to an answer: refusals are rendered by their dialect, anything else is a fault of ours.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal, type RefusalCode } from '../domain/refusal.ts';
import type { Emit } from '../domain/signal.ts';
import { KeyUsed, StoreFull, StoreUnavailable } from '../storage/port/store-errors.ts';
import { readToEnd } from './read-to-end.ts';

/** What there is to render. A fault is already reported; all that its caller learns is the request id. */
type Declined = { readonly kind: 'refusal'; readonly refusal: Refusal } | { readonly kind: 'fault' };

export type Rendered = {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Goes out as JSON. */
  readonly body: unknown;
};

/** A dialect's own way to say no. `Retry-After` is added here. */
export type Render = (declined: Declined, requestId: string) => Rendered;

/**
 * Answers every error in this encapsulated part of the server through `render`; in a part with a prefix of its own also
 * every path that isn't there.
 */
export function answerErrors(app: FastifyInstance, emit: Emit, render: Render): void {
  app.setErrorHandler(async (error, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal === undefined) reportFault(emit, request, error);
    return answer(request, reply, refusal, render);
  });
  if (app.prefix !== '') answerUnknownPaths(app);
}

/** Every path that isn't there is refused, and rendered as every other refusal of this part. */
export function answerUnknownPaths(app: FastifyInstance): void {
  app.setNotFoundHandler(() => {
    throw new Refusal('not_found', 'There is nothing at this path');
  });
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal | undefined,
  render: Render,
): Promise<FastifyReply> {
  const declined: Declined = refusal === undefined ? { kind: 'fault' } : { kind: 'refusal', refusal };
  const { status, contentType, headers, body } = render(declined, request.id);
  const retryAfterMs = refusal?.retryAfterMs;
  if (retryAfterMs !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
  // What is left of a request that was not read to its end would be taken for the next one.
  if (status === 413 || status === 503) reply.header('connection', 'close');
  if (reply.getHeader('connection') === 'close' || !reply.raw.shouldKeepAlive) await readToEnd(request.raw);
  return reply.status(status).headers(headers).type(contentType).send(JSON.stringify(body));
}

function reportFault(emit: Emit, request: FastifyRequest, cause: unknown): void {
  const [path = ''] = request.url.split('?');
  emit({ kind: 'request.failed', requestId: request.id, method: request.method, path, cause });
}

/** The refusal behind an error of a route, of the server itself (too large, malformed …) or of the store; undefined for a bug. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreFull) {
    return new Refusal('storage_full', 'The disk is full; nothing was changed', {
      retryAfterMs: storageRetryMs,
    });
  }
  if (error instanceof StoreUnavailable) {
    const message = 'The database does not answer; repeat the request with the same Idempotency-Key';
    return new Refusal('unavailable', message, { retryAfterMs: storageRetryMs });
  }
  if (error instanceof KeyUsed) {
    return new Refusal('conflict', 'Another request with this Idempotency-Key was faster; repeat this one');
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = ofFramework[code];
  return known && new Refusal(known.code, known.message);
}

const storageRetryMs = 5_000;

/** Errors of the framework's own, by its codes, that are the caller's doing. */
const ofFramework: Readonly<Record<string, { readonly code: RefusalCode; readonly message: string }>> = {
  FST_ERR_BAD_URL: { code: 'bad_request', message: 'The path is not well-formed; escape bytes as %XX' },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'payload_too_large',
    message: 'The body is larger than this call takes; send less',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'bad_request',
    message: 'The body is not as long as Content-Length says',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    message: 'The Content-Type is not one that this call takes',
  },
  // Of QUERY, which the framework judges before it finds that there is no such route.
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: { code: 'not_found', message: 'There is nothing at this path' },
  ECONNRESET: { code: 'bad_request', message: 'The request ended before its body was complete' },
};
