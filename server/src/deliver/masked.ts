// What may be kept of a request: everything but its secrets, which are masked before they can reach the log.

import type { RecordedRequest } from '../domain/attempt.ts';

const secretName =
  /auth|token|secret|passw|(api|access|private|client)[-_]?key|credential|cookie|session|jwt|^key$|^sig(nature)?$|^code$/i;

const signatureHeader = /^(webhook-signature|x-hub-signature|signature(-input)?)$/i;

/** Method, URL and headers with the values of secret headers and query parameters masked; signatures stay readable. */
export function masked(request: RecordedRequest): RecordedRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = secretName.test(name) && !signatureHeader.test(name) ? '[redacted]' : value;
  }
  return { method: request.method, url: maskedUrl(request.url), headers };
}

/** The URL with the values of query parameters that look like secrets replaced; everything else byte for byte. */
export function maskedUrl(url: string): string {
  const start = url.indexOf('?');
  if (start === -1) return url;
  const parameters = url
    .slice(start + 1)
    .split('&')
    .map((parameter) => {
      const equals = parameter.indexOf('=');
      const name = equals === -1 ? parameter : parameter.slice(0, equals);
      return equals !== -1 && secretName.test(decoded(name)) ? `${name}=[redacted]` : parameter;
    });
  return `${url.slice(0, start)}?${parameters.join('&')}`;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
