// By which scheme a request was signed, which of its headers say so, and over what: read from the request itself. Pure.

import type { Attempt, Webhook } from '../../api/types.ts';
import { quoted } from './curl.ts';

export type Scheme = Webhook['signing']['scheme'];

export type SignatureFacts = {
  readonly scheme: Scheme;
  /** As they went out. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What was signed before the body, or all of it; null where the body alone was. */
  readonly signed: { readonly text: string; readonly bodyFollows: boolean } | null;
  /** A command that computes the signature, or its first part. */
  readonly shell: string | null;
};

const namesOf: Readonly<Record<Scheme, readonly string[]>> = {
  'standard-webhooks': ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  'http-message-signature': ['content-digest', 'signature-input', 'signature'],
  'hub-signature': ['x-hub-signature'],
  jwt: [],
  none: [],
};

/** `told` is the webhook's scheme of today, for what no header tells. */
export function signatureFacts(request: Attempt['request'], told: Scheme | undefined): SignatureFacts {
  const lower = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const scheme = schemeOf(lower, told);
  const wanted = namesOf[scheme];
  const headers = Object.entries(request.headers).filter(([name]) => wanted.includes(name.toLowerCase()));
  switch (scheme) {
    case 'standard-webhooks': {
      const [id = '', at = ''] = [lower.get('webhook-id'), lower.get('webhook-timestamp')];
      return {
        scheme,
        headers,
        signed: { text: `${id}.${at}.`, bodyFollows: true },
        shell: [
          `SECRET='whsec_…'`,
          `key=$(printf %s "\${SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')`,
          `{ printf %s ${quoted(`${id}.${at}.`)}; cat body.json; } |`,
          `  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64`,
        ].join('\n'),
      };
    }
    case 'hub-signature':
      return {
        scheme,
        headers,
        signed: { text: '', bodyFollows: true },
        shell: [`SECRET='…'`, `openssl dgst -sha256 -hmac "$SECRET" body.json`].join('\n'),
      };
    case 'http-message-signature':
      return {
        scheme,
        headers,
        signed: { text: signatureBase(request, lower), bodyFollows: false },
        shell: `openssl dgst -sha256 -binary body.json | base64   # content-digest`,
      };
    case 'jwt':
    case 'none':
      return { scheme, headers, signed: null, shell: null };
  }
}

function schemeOf(headers: ReadonlyMap<string, string>, told: Scheme | undefined): Scheme {
  for (const scheme of ['standard-webhooks', 'http-message-signature', 'hub-signature'] as const) {
    if (namesOf[scheme].every((name) => headers.has(name))) return scheme;
  }
  return told === 'jwt' ? 'jwt' : 'none';
}

/** The lines that were signed (RFC 9421 §2.5), as far as the request is shown: masked values stand there masked. */
function signatureBase({ method, url }: Attempt['request'], headers: ReadonlyMap<string, string>): string {
  const parameters = headers.get('signature-input')?.replace(/^[^=]*=/, '') ?? '';
  const covered = [...(/^\(([^)]*)\)/.exec(parameters)?.[1] ?? '').matchAll(/"([^"]+)"/g)].map(
    ([, name]) => name!,
  );
  const valueOf = (name: string) =>
    name === '@method'
      ? method
      : name === '@target-uri'
        ? url.replace(/#.*$/, '')
        : (headers.get(name)?.trim() ?? '');
  return [...covered.map((name) => `"${name}": ${valueOf(name)}`), `"@signature-params": ${parameters}`].join(
    '\n',
  );
}
