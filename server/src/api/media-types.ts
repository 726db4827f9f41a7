// Which bodies a part of the server takes. Routes get them as bytes: `request.bytes`.

import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came; empty without one. */
    bytes: Buffer;
  }
}

export type MediaTypes = {
  /** In lower case and without parameters, e.g. `application/json`. */
  readonly types: readonly string[];
  /** What to make of a body without a `Content-Type`. */
  readonly missing: 'taken' | 'refused';
};

/**
 * Bodies of these types are taken as bytes in this encapsulated part, others refused with `unsupported_media_type`, as
 * is any `Content-Encoding` and any charset but UTF-8.
 */
export declare function takeBodies(app: FastifyInstance, accepted: MediaTypes): void;
