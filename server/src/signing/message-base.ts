// What an HTTP message signature is made over (RFC 9421 §2): the body's digest, the parameters, and the signature base.

import { hash } from 'node:crypto';
import type { MessageAlgorithm } from '../domain/webhook.ts';
import { receivedHeader, type ReceivedHeaders } from './received-header.ts';

/** RFC 9530 §2: a dictionary with one member, a byte sequence (RFC 8941 §3.3.5). */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${hash('sha256', body, 'base64')}:`;
}

type SignatureParameters = {
  readonly covered: readonly string[];
  readonly created: number;
  readonly algorithm: MessageAlgorithm;
  /** Null where receivers have one secret and need no name for it. */
  readonly keyId: string | null;
};

/** The components and parameters as an inner list (RFC 9421 §2.3). */
export function signatureParameters({ covered, created, algorithm, keyId }: SignatureParameters): string {
  const components = ['@method', '@target-uri', 'content-digest', ...covered].map((name) => `"${name}"`);
  const keyid = keyId === null ? '' : `;keyid="${keyId}"`;
  return `(${components.join(' ')});created=${created}${keyid};alg="${algorithm}"`;
}

/** A request, on its way out or as it came in; `url` is the target URI. */
type Message = { readonly method: string; readonly url: string; readonly headers: ReceivedHeaders };

/** A line for each component, joined by single line feeds; none after the last (RFC 9421 §2.5). */
export function signatureBase(
  { method, url, headers }: Message,
  digest: string,
  covered: readonly string[],
  parameters: string,
): Uint8Array {
  const lines = [
    `"@method": ${method}`,
    `"@target-uri": ${url}`,
    `"content-digest": ${digest}`,
    ...covered.map((name) => `"${name}": ${headerValue(headers, name)}`),
    `"@signature-params": ${parameters}`,
  ];
  return Buffer.from(lines.join('\n'));
}

/** Without white space around it (RFC 9421 §2.1). */
function headerValue(headers: ReceivedHeaders, name: string): string {
  const value = receivedHeader(headers, name);
  if (value === undefined) throw new Error(`the request has no header ${name} to sign`);
  return value.trim();
}
