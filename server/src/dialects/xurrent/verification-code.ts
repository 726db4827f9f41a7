// The code in a verification message's callback: made from the message's id with the installation's key, so that
// nothing secret is stored, a retry keeps it, and a newer message has another.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { EventId } from '../../domain/event.ts';

const codeBytes = 18;

/** 24 base64url characters. */
export function verificationCode(key: Uint8Array, messageId: EventId): string {
  const mac = createHmac('sha256', key).update(messageId).digest();
  return mac.subarray(0, codeBytes).toString('base64url');
}

/** In constant time. */
export function isVerificationCode(key: Uint8Array, messageId: EventId, code: string): boolean {
  const [good, given] = [verificationCode(key, messageId), code].map((text) => Buffer.from(text));
  return good!.length === given!.length && timingSafeEqual(good!, given!);
}
