// A request as a receiver hands it to a verifier, and what becomes of it on a way that can't be trusted.

import { createHash } from 'node:crypto';
import type { Receiver, Recorded } from '../../server/test/receivers/receiver.ts';

export type Message = {
  readonly method: string;
  /** The target URI: the URL at which the receiver is known, with path and query as they came. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

export function messageOf({ url }: Receiver, request: Recorded): Message {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  return { method: request.method, url: url + request.url, headers, body: request.body };
}

/** RFC 9530 §2; a verifier of signatures leaves comparing it with the body to its receiver. */
export function digestOf(body: Buffer): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

export function signatureOf({ headers }: Message): Buffer {
  return Buffer.from(/^sig=:([\w+/]+=*):$/.exec(headers['signature']!)![1]!, 'base64');
}

export function createdOf({ headers }: Message): number {
  return Number(/;created=(\d+);/.exec(headers['signature-input']!)![1]);
}

export function keyIdOf({ headers }: Message): string | undefined {
  return /;keyid="([^"]+)";/.exec(headers['signature-input']!)?.[1];
}

export function withHeader(message: Message, name: string, value: string): Message {
  return { ...message, headers: { ...message.headers, [name]: value } };
}

function withSignature(message: Message, signature: Buffer): Message {
  return withHeader(message, 'signature', `sig=:${signature.toString('base64')}:`);
}

/** The signature with each of its bytes changed, one at a time. */
export function withEachByteChanged(message: Message): Message[] {
  const signature = signatureOf(message);
  return Array.from(signature, (byte, index) => {
    const changed = Buffer.from(signature);
    changed[index] = byte ^ 1;
    return withSignature(message, changed);
  });
}

/** `created` with each of its digits changed, one at a time. */
export function withEachDigitOfCreatedChanged(message: Message): Message[] {
  const created = String(createdOf(message));
  return Array.from(created, (digit, index) => {
    const other = `${created.slice(0, index)}${(Number(digit) + 1) % 10}${created.slice(index + 1)}`;
    const input = message.headers['signature-input']!;
    return withHeader(message, 'signature-input', input.replace(`=${created};`, `=${other};`));
  });
}
