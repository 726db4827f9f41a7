// nodeIDs: base64url of `DOMAIN/Type/ID`, opaque to clients (specification §1).

import { createHash } from 'node:crypto';
import { timeOfId } from '../../domain/id.ts';

/** `type` as `nodeTypeOf` has it. */
export function nodeId(domain: string, type: string, id: string | number): string {
  return Buffer.from(`${domain}/${type}/${id}`).toString('base64url');
}

/**
 * The number that a path's `:id` names: itself, or a nodeID of this type, in the standard or the URL-safe alphabet, with
 * or without padding. Undefined for anything else.
 */
export function numberOf(id: string, type: string): number | undefined {
  const digits = /^\d{1,15}$/.test(id) ? id : digitsIn(id, type);
  return digits === undefined ? undefined : Number(digits);
}

function digitsIn(id: string, type: string): string | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(id)) return undefined;
  const parts = Buffer.from(id, 'base64').toString('utf8').split('/');
  const [domain, given, digits = ''] = parts;
  if (parts.length !== 3 || domain === '' || given !== type) return undefined;
  return /^\d{1,15}$/.test(digits) ? digits : undefined;
}

/**
 * Integers for people where the wire wants them: always the same 53 bits for one of our ids, so that nothing need be
 * kept for who is gone. Another text of digits is the publisher's own number; what is neither stays a text.
 */
export function personNumber(id: string): number | string {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  if (timeOfId(id) === undefined) return id;
  const bits = createHash('sha256').update(id).digest().readBigUInt64BE() >> 11n;
  return Number(bits);
}
