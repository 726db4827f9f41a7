// nodeIDs: base64url of `DOMAIN/Type/ID`, opaque to clients (specification §1).

import { createHash } from 'node:crypto';
import { timeOfId } from '../../domain/id.ts';

/** `type` as `nodeTypeOf` has it. */
export function nodeId(domain: string, type: string, id: string | number): string {
  return Buffer.from(`${domain}/${type}/${id}`).toString('base64url');
}

/**
 * The number that a path's `:id` names: itself, or a nodeID of this domain and type, in the standard or the URL-safe
 * alphabet, with or without padding. Undefined for anything else: a nodeID of another instance is no record here.
 */
export function numberOf(id: string, domain: string, type: string): number | undefined {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(id)) return undefined;
  const [digits, ...above] = Buffer.from(id, 'base64').toString('utf8').split('/').toReversed();
  if (above.length !== 2 || above[0] !== type || above[1] !== domain) return undefined;
  return wholeNumber(digits!);
}

/**
 * Integers for people where the wire wants them: always the same 53 bits for one of our ids, so that nothing need be
 * kept for who is gone. Another text of digits is the publisher's own number; what is neither stays a text.
 */
export function personNumber(id: string): number | string {
  if (timeOfId(id) === undefined) return numberOrText(id);
  const bits = createHash('sha256').update(id).digest().readBigUInt64BE() >> 11n;
  return Number(bits);
}

/** Receivers read integers; an id that is none, or none that JSON numbers hold, stays what it is rather than being lost. */
export function numberOrText(id: string): number | string {
  return wholeNumber(id) ?? id;
}

function wholeNumber(digits: string): number | undefined {
  const number = /^(0|[1-9]\d*)$/.test(digits) ? Number(digits) : undefined;
  return Number.isSafeInteger(number) ? number : undefined;
}
