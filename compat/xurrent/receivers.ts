// Receivers by others, as rules: what each of them checks of a request, told as the first thing it would complain of.
// Their sources are on GitHub and in no registry that a test could install from, so their checks are written down here.

import { createPublicKey } from 'node:crypto';
import { jwtVerify, createLocalJWKSet, type JSONWebKeySet, type JWTPayload } from 'jose';
import type { Recorded } from '../../server/test/receivers/receiver.ts';

/** The object that Xurrent sends: the body itself, or what is inside its token. */
export type Message = {
  readonly webhook_id: number;
  readonly account_id: string;
  readonly account: string;
  readonly name: string;
  readonly event: string;
  readonly object_id: number | null;
  readonly person_id: number | null;
  readonly payload: Readonly<Record<string, unknown>> & { readonly callback?: string };
};

/** Why a receiver refuses a request, or the message that it takes. */
export type Verdict =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly why: string };

/**
 * `code4me/4me-app-builder-nodejs`: POST only, a body with `jwt`, one pinned algorithm and key, the issuer as it is,
 * and an audience where one is stored; no tolerance for clocks. It reads `X-4me-Delivery` in this very spelling.
 */
export function nodeReceiver(pinned: {
  readonly algorithm: string;
  readonly publicKeyPem: string;
  readonly issuer: string;
  readonly audience: string;
}) {
  return async ({ method, body, rawHeaders }: Recorded): Promise<Verdict> => {
    if (method !== 'POST') return no('only POST');
    if (!rawHeaders.includes('X-4me-Delivery')) return no('no X-4me-Delivery');
    const { jwt } = JSON.parse(body.toString()) as { jwt?: string };
    if (jwt === undefined) return no('no jwt in the body');
    try {
      const { payload } = await jwtVerify(jwt, createPublicKey(pinned.publicKeyPem), {
        algorithms: [pinned.algorithm],
        issuer: pinned.issuer,
        audience: pinned.audience,
      });
      return { ok: true, message: messageOf(payload) };
    } catch (error) {
      return no((error as Error).message);
    }
  };
}

/** How the Ruby receiver finds the key: by PEM, or below the issuer. */
export type RubyKeys = { readonly kind: 'pem'; readonly pem: string } | { readonly kind: 'discovery' };

/**
 * `xurrent/ipaas-connectors`: `x-xurrent-delivery` and `event` required, bodies up to 256 KiB, tokens up to 8 KiB,
 * RS and ES algorithms, `iat` at most a minute away, `jti` never twice, and unknown members dropped.
 */
export function rubyReceiver(keys: RubyKeys, issuer: string) {
  const seen = new Set<string>();
  return async ({ headers, body, at }: Recorded): Promise<Verdict> => {
    if (headers['x-xurrent-delivery'] === undefined) return no('no x-xurrent-delivery');
    if (body.length > 256 * 1_024) return no('the body is too large');
    const { jwt } = JSON.parse(body.toString()) as { jwt?: string };
    if (jwt === undefined) return no('unsigned');
    if (jwt.length > 8_192) return no('the token is too large');
    const header = JSON.parse(Buffer.from(jwt.split('.')[0]!, 'base64url').toString()) as { alg: string };
    if (!/^(RS|ES)(256|384|512)$/.test(header.alg)) return no(`algorithm ${header.alg}`);
    try {
      const key = keys.kind === 'pem' ? createPublicKey(keys.pem) : undefined;
      const options = { issuer, clockTolerance: 60, algorithms: [header.alg] };
      const { payload } =
        key === undefined
          ? await jwtVerify(jwt, createLocalJWKSet(await discover(issuer)), options)
          : await jwtVerify(jwt, key, options);
      if (Math.abs(at / 1_000 - Number(payload.iat)) > 60) return no('iat is not of now');
      if (typeof payload.jti !== 'string' || payload.jti.length > 256) return no('jti');
      if (seen.has(payload.jti)) return no('jti was there before');
      seen.add(payload.jti);
      const message = messageOf(payload);
      return message.event === undefined ? no('no event') : { ok: true, message };
    } catch (error) {
      return no((error as Error).message);
    }
  };
}

const documentBytesMax = 64 * 1_024;

/** Key discovery as its code does it: 200 without redirects, 64 KiB, the same host, keys for signatures with a kid. */
async function discover(issuer: string): Promise<JSONWebKeySet> {
  const configuration = (await fetched(`${issuer}/.well-known/openid-configuration`)) as { jwks_uri: string };
  if (new URL(configuration.jwks_uri).host !== new URL(issuer).host)
    throw new Error('jwks_uri on another host');
  const { keys } = (await fetched(configuration.jwks_uri)) as JSONWebKeySet;
  for (const key of keys) {
    if (!/^(RSA|EC)$/.test(String(key.kty)) || key.use !== 'sig' || typeof key.kid !== 'string')
      throw new Error('a key is not for signatures');
  }
  return { keys };
}

async function fetched(url: string): Promise<unknown> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(5_000) });
  const text = await response.text();
  if (response.status !== 200 || text.length > documentBytesMax)
    throw new Error(`${url}: ${response.status}`);
  return JSON.parse(text) as unknown;
}

/** `romanenz/XurrentAPITools`, `ConvertFrom-XurrentWebHookPayload`: `typ` is JWT, RS256 alone, and all three times are there. */
export function powershellReceiver(publicKeyPem: string) {
  return async ({ body }: Recorded): Promise<Verdict> => {
    const { jwt = '' } = JSON.parse(body.toString()) as { jwt?: string };
    const { protectedHeader, payload } = await jwtVerify(jwt, createPublicKey(publicKeyPem));
    if (protectedHeader.typ !== 'JWT' || protectedHeader.alg !== 'RS256') return no('header');
    for (const claim of ['exp', 'nbf', 'iat'] as const) {
      if (typeof payload[claim] !== 'number') return no(`no ${claim}`);
    }
    return { ok: true, message: messageOf(payload) };
  };
}

/** The Express bridge: ignores the body, cuts `Link` at the first `>` and wants a request of the account before it. */
export function expressReceiver(account: string) {
  return ({ headers }: Recorded): string | undefined => {
    const [first = ''] = String(headers['link'] ?? '').split('>');
    return first.startsWith(`<${account}/requests/`) ? first.split('/').at(-1) : undefined;
  };
}

/** What both vendor receivers do with `webhook.verify`: call back first, and answer 200 only after exactly that. */
export async function confirm({ payload }: Message): Promise<number> {
  const response = await fetch(payload.callback!, { redirect: 'manual' });
  return response.status;
}

function messageOf(payload: JWTPayload): Message {
  return payload['data'] as Message;
}

function no(why: string): Verdict {
  return { ok: false, why };
}
