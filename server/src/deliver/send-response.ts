// What is kept of a response: head and body within bounds, the body as the bytes that came, never inflated.

import { hash } from 'node:crypto';
import type { RecordedResponse } from '../domain/attempt.ts';

const reasonLengthMax = 256;
const headersMax = 32;
const headerBytesMax = 8_192;
const bodyReadMax = 65_536;
const bodyKeptMax = 16_384;
const sha256OfNothing = hash('sha256', '');

export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

export class ReceivedResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly #reason: string;
  #chunks: Buffer[] = [];
  #length = 0;
  #overflown = false;

  constructor(status: number, reason: string, headers: ResponseHeaders) {
    this.status = status;
    this.headers = headers;
    this.#reason = reason.slice(0, reasonLengthMax);
  }

  /** Takes a part of the body; false once no more is wanted. The bytes are copied: the buffer is the socket's. */
  take(chunk: Buffer): boolean {
    const room = bodyReadMax - this.#length;
    if (chunk.length > room) this.#overflown = true;
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
    if (part.length > 0) this.#chunks.push(Buffer.from(part));
    this.#length += part.length;
    return !this.#overflown;
  }

  recorded(complete: boolean): RecordedResponse {
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    return {
      status: this.status,
      reason: this.#reason,
      headers: keptHeaders(this.headers),
      body: body.length > bodyKeptMax ? new Uint8Array(body.subarray(0, bodyKeptMax)) : body,
      bodyLength: body.length,
      bodySha256: body.length === 0 ? sha256OfNothing : hash('sha256', body),
      bodyTruncated: !complete || this.#overflown,
    };
  }
}

function keptHeaders(headers: ResponseHeaders): Readonly<Record<string, string>> {
  const kept: [string, string][] = [];
  let bytes = 0;
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    bytes += name.length + text.length;
    if (kept.length === headersMax || bytes > headerBytesMax) break;
    kept.push([name, text]);
  }
  return Object.fromEntries(kept);
}
