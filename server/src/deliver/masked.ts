// What may be kept of a request: everything but its secrets, which are masked before they can reach the log.

import type { RecordedRequest } from '../domain/attempt.ts';
import { maskedUrl, namesSecret, redacted } from '../domain/masked-url.ts';

const signatureHeader = /^(webhook-signature|x-hub-signature|signature(-input)?)$/i;

/** Requests have the same few names again and again. */
const maskedNames = new Map<string, boolean>();
const maskedNamesMax = 1_000;

function isMasked(name: string): boolean {
  const known = maskedNames.get(name);
  if (known !== undefined) return known;
  const isSecret = namesSecret(name) && !signatureHeader.test(name);
  if (maskedNames.size === maskedNamesMax) maskedNames.clear();
  maskedNames.set(name, isSecret);
  return isSecret;
}

/** Method, URL and headers with the values of secret headers and query parameters masked; signatures stay readable. */
export function masked(request: RecordedRequest): RecordedRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = isMasked(name) ? redacted : value;
  }
  return { method: request.method, url: maskedUrl(request.url), headers };
}
