// A sample receiver, such as a customer of yours might write: verifies each signature, then answers well, badly or never.

import { createHash, createHmac, timingSafeEqual, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What the receiver makes of an event: its first so many requests fail in this way, the next one succeeds. */
export type Mood = { readonly kind: 'well' } | { readonly kind: 'fails' | 'hangs'; readonly times: number };

export type Seen = {
  readonly path: string;
  readonly eventType: string;
  /** How many requests for this event it has had, this one included. */
  readonly time: number;
  readonly genuine: boolean;
  readonly answer: string;
};

export type Receiver = AsyncDisposable & {
  readonly url: string;
  /** The secrets that it got from those who made the webhooks. */
  trust(secrets: Secrets): void;
  /** What it will make of the next event that it has not seen. */
  expect(mood: Mood): void;
};

type Secrets = {
  readonly standardWebhooks: string;
  readonly hubSignature: string;
  /** Of the policy that signs Xurrent's deliveries, in PEM. */
  readonly policyKey: string;
  /** Of the Entrust webhook. */
  readonly messageToken: string;
};

/** What the receivers of the dialects read of a body. */
type Body = {
  readonly id?: string;
  readonly type?: string;
  readonly event?: string;
  readonly payload?: { readonly callback?: string };
};

export async function startReceiver(tell: (seen: Seen) => void): Promise<Receiver> {
  const times = new Map<string, number>();
  const moods = new Map<string, Mood>();
  let nextMood: Mood = { kind: 'well' };
  let secrets: Secrets | undefined;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const path = request.url ?? '/';
    const id = idOf(request, body);
    const mood = moods.get(id) ?? nextMood;
    const time = (times.get(id) ?? 0) + 1;
    moods.set(id, mood);
    times.set(id, time);
    nextMood = { kind: 'well' };

    const genuine = secrets !== undefined && isGenuine(request, body, secrets);
    const answer = !genuine ? '401' : mood.kind === 'well' || time > mood.times ? '200' : unwell[mood.kind];
    const { type, event, payload } = read(body);
    tell({ path, eventType: String(request.headers['x-event-key'] ?? type ?? event), time, genuine, answer });
    if (answer === unwell.hangs) return; // says nothing until the sender gives up
    // Xurrent asks a receiver whether it wants events: it calls back before it answers.
    if (genuine && payload?.callback !== undefined) await fetch(payload.callback);
    response.writeHead(Number(answer)).end();
  }

  const server = createServer(
    (request, response) => void receive(request, response).catch(() => response.destroy()),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trust(given) {
      secrets = given;
    },
    expect(mood) {
      nextMood = mood;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const unwell = { fails: '500', hangs: 'nothing' } as const;

/** The same for every attempt at a delivery; Entrust has it in the body. */
function idOf({ headers }: IncomingMessage, body: Buffer): string {
  return String(
    headers['webhook-id'] ??
      headers['x-request-id'] ??
      headers['x-xurrent-delivery-origin'] ??
      headers['x-xurrent-delivery'] ??
      read(body).id,
  );
}

function isGenuine(request: IncomingMessage, body: Buffer, secrets: Secrets): boolean {
  const { headers } = request;
  if (headers['signature-input'] !== undefined) return isMessageSigned(request, body, secrets.messageToken);
  const hub = headers['x-hub-signature'];
  if (hub !== undefined) {
    return isEqual(
      String(hub),
      `sha256=${createHmac('sha256', secrets.hubSignature).update(body).digest('hex')}`,
    );
  }
  if (headers['x-xurrent-delivery'] !== undefined) return isSigned(tokenIn(body), secrets.policyKey);
  const [id, timestamp] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])];
  const key = Buffer.from(secrets.standardWebhooks.replace('whsec_', ''), 'base64');
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  return isEqual(
    String(headers['webhook-signature']),
    `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
  );
}

/** The profile of Entrust's deliveries: HMAC over method, URL and digest (RFC 9421 §2.5, RFC 9530 §2). */
function isMessageSigned({ headers, method, url }: IncomingMessage, body: Buffer, token: string): boolean {
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const parameters = String(headers['signature-input']).replace(/^sig=/, '');
  const base = [
    `"@method": ${method}`,
    `"@target-uri": http://${headers.host}${url}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${parameters}`,
  ].join('\n');
  const signature = `sig=:${createHmac('sha256', token).update(base).digest('base64')}:`;
  return (
    isEqual(String(headers['content-digest']), digest) && isEqual(String(headers['signature']), signature)
  );
}

/** ES256 (RFC 7515 §3.1, RFC 7518 §3.4). */
function isSigned(token: string, publicKey: string): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  return verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
}

function isEqual(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Confluence names the event in a header, the others in the body; Xurrent's is inside a token. */
function read(body: Buffer): Body {
  const token = tokenIn(body);
  if (token === '') return JSON.parse(body.toString()) as Body;
  const [, payload = ''] = token.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { data: Body }).data;
}

function tokenIn(body: Buffer): string {
  return (JSON.parse(body.toString()) as { jwt?: string }).jwt ?? '';
}
