// Which bodies a part of the server takes. Routes get them as bytes: `request.bytes`.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../domain/refusal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came; empty without one. */
    bytes: Uint8Array;
  }
}

export type MediaTypes = {
  /** In lower case and without parameters, e.g. `application/json`. */
  readonly types: readonly string[];
  /** What to make of a body without a `Content-Type`. */
  readonly missing: 'taken' | 'refused';
  /** The bytes are what they are, whatever charset is named. Absent: any but UTF-8 is refused. */
  readonly charset?: 'ignored';
};

/**
 * Bodies of these types are taken as bytes in this encapsulated part. Others are refused with `unsupported_media_type`
 * before they are read, as are encoded ones and, unless it is ignored, any charset but UTF-8; UTF-16 and UTF-32, which JSON
 * once allowed, with `bad_request`. A `Content-Type` without a body is ignored.
 */
export function takeBodies(app: FastifyInstance, accepted: MediaTypes): void {
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    if (hasBody(request)) refuseOthers(request, accepted);
    done();
  });
}

/**
 * A `Content-Type` that is no type (RFC 9110 §8.3.1) is as good as none where it is empty, else as that of any bytes. To be
 * called in parts whose clients' types say little: elsewhere it is refused.
 */
export function forgiveMalformedTypes(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers }) => {
    const type = headers['content-type'];
    if (type?.trim() === '') delete headers['content-type'];
    else if (type !== undefined && !wellFormed.test(type))
      headers['content-type'] = 'application/octet-stream';
  });
}

const wellFormed = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/;

/** Every body arrives as it came: the parser of the whole server. */
export function bodiesAsBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer, done) => {
    request.bytes = body;
    done(null, body);
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function refuseOthers({ headers }: FastifyRequest, { types, missing, charset: named }: MediaTypes): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw unsupported('A compressed body is not taken; send it without Content-Encoding');
  }
  const contentType = headers['content-type'];
  if (contentType === undefined) {
    if (missing === 'taken') return;
    throw unsupported(`The body has no Content-Type; send ${types.join(' or ')}`);
  }
  const [type = '', ...parameters] = contentType.split(';');
  if (!types.includes(type.trim().toLowerCase())) {
    throw unsupported(`This Content-Type is not taken here; send ${types.join(' or ')}`);
  }
  if (named === 'ignored') return;
  const charset = charsetsOf(parameters).find((name) => name !== 'utf-8' && name !== 'utf8');
  if (charset === undefined) return;
  const message = 'This charset is not taken; send UTF-8';
  throw /^utf-?(16|32)/.test(charset) ? new Refusal('bad_request', message) : unsupported(message);
}

function charsetsOf(parameters: readonly string[]): string[] {
  return parameters.flatMap((parameter) => {
    const name = /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/i.exec(parameter)?.[1];
    return name === undefined ? [] : [name.toLowerCase()];
  });
}

function unsupported(message: string): Refusal {
  return new Refusal('unsupported_media_type', message);
}
