// What may be kept of a request: everything but its secrets, which are masked before they can reach the log.

import type { RecordedRequest } from '../domain/attempt.ts';
import { maskedUrl, namesSecret } from '../domain/masked-url.ts';

const signatureHeader = /^(webhook-signature|x-hub-signature|signature(-input)?)$/i;

/** Method, URL and headers with the values of secret headers and query parameters masked; signatures stay readable. */
export function masked(request: RecordedRequest): RecordedRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = namesSecret(name) && !signatureHeader.test(name) ? '[redacted]' : value;
  }
  return { method: request.method, url: maskedUrl(request.url), headers };
}
