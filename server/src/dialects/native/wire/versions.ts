// ETags of webhooks: the version in quotes, so that `If-Match` protects a change from overwriting another's.

import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { invalid, Refusal } from '../../../domain/refusal.ts';

export function etagOf({ version }: { readonly version: number }): string {
  return `"${version}"`;
}

/** As a header of an operation. */
export const IfMatch = {
  'If-Match': Type.Optional(Type.String({ description: 'The `ETag` that was seen.' })),
};

/**
 * The version that `If-Match` asks for; undefined without the header or with `*` (RFC 9110 §13.1.1). A weak or a
 * foreign tag never matches; of several tags each is tried against the `current` version.
 */
export function expectedVersion(request: FastifyRequest, current: number): number | undefined {
  const header = request.headers['if-match'];
  if (header === undefined || header.trim() === '*') return undefined;
  const tags = header.split(',').map((tag) => tag.trim());
  if (!tags.every((tag) => /^(W\/)?"[\x21\x23-\x7e]*"$/.test(tag))) {
    const message = "'If-Match' is *, or ETags in quotes as they were answered";
    throw invalid([{ pointer: 'header/if-match', rule: 'etag', message }]);
  }
  if (tags.includes(`"${current}"`)) return current;
  throw new Refusal(
    'precondition_failed',
    'The webhook was changed in the meantime; get it again and repeat',
  );
}
