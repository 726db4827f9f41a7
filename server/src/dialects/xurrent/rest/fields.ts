// The fields of a request: JSON whatever the content type says, a form, multipart, or the query (specification §2.2).

import type { FastifyRequest } from 'fastify';
import { payloadRules, scanJson } from '../../../domain/json-scan.ts';
import { Refusal } from '../../../domain/refusal.ts';

export type Fields = Readonly<Record<string, unknown>>;

/**
 * A body that begins with `{` or `[` is JSON, whatever its type; any other is a form. The query, read as a form,
 * fills what the body lacks. Refuses an array and broken JSON with `bad_request`.
 */
export async function readFields(request: FastifyRequest): Promise<Fields> {
  const [, ...query] = request.url.split('?');
  const asked = entriesOf(new URLSearchParams(query.join('?')));
  return { ...asked, ...(await bodyFields(request.bytes, request.headers['content-type'] ?? '')) };
}

async function bodyFields(bytes: Uint8Array, contentType: string): Promise<Fields> {
  const first = bytes.find((byte) => !isSpace(byte));
  if (first === undefined) return {};
  if (first === openingBrace || first === openingBracket) return jsonFields(bytes);
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  if (type.endsWith('json')) throw notJson();
  return type === 'multipart/form-data' ? multipartFields(bytes, contentType) : formFields(bytes);
}

function jsonFields(bytes: Uint8Array): Fields {
  const scan = scanJson(bytes, payloadRules);
  if (!scan.ok || scan.root.kind !== 'object') throw notJson();
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Fields;
}

function formFields(bytes: Uint8Array): Fields {
  return entriesOf(new URLSearchParams(Buffer.from(bytes).toString('utf8')));
}

async function multipartFields(bytes: Uint8Array, contentType: string): Promise<Fields> {
  try {
    const form = await new Response(Buffer.from(bytes), {
      headers: { 'content-type': contentType },
    }).formData();
    return entriesOf([...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    throw new Refusal('bad_request', 'Invalid multipart form posted');
  }
}

/** `name[]` collects an array. */
function entriesOf(entries: Iterable<readonly [string, string]>): Fields {
  const fields = new Map<string, string | string[]>();
  for (const [written, value] of entries) {
    const name = written.replace(/\[\]$/, '');
    const known = fields.get(name);
    if (name === written) fields.set(name, value);
    else if (Array.isArray(known)) known.push(value);
    else fields.set(name, [value]);
  }
  return Object.fromEntries(fields);
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

const openingBrace = 0x7b;
const openingBracket = 0x5b;

function notJson(): Refusal {
  return new Refusal('bad_request', 'Invalid JSON string posted');
}
