// An attempt's request as a curl command that sends the same bytes. Pure.

import type { Attempt } from '../../api/types.ts';
import { textOfBytes } from '../payload.tsx';

/** Longer bodies don't fit into one argument of a command. */
const argumentBytesMax = 100_000;

export type Curl = {
  readonly command: string;
  /** The file that the command reads, where the body is too long for a command line. */
  readonly file?: string;
};

export function curlOf(
  { method, url, headers }: Attempt['request'],
  body: Uint8Array,
  fileName: string,
): Curl {
  const text = textOfBytes(body);
  const isInline = text !== undefined && body.length <= argumentBytesMax;
  const parts = [
    // Brackets and braces in URLs are text here.
    `curl -i -g -X ${method} ${quoted(url)}`,
    ...Object.entries(headers).map(
      ([name, value]) => `-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`,
    ),
    isInline ? `--data-raw ${quoted(text)}` : `--data-binary @${fileName}`,
  ];
  return { command: parts.join(' \\\n  '), ...(isInline ? {} : { file: fileName }) };
}

/** What a terminal might act on, or show in another order than it is in. */
const unsafe = /[^\P{Cc}\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** One word for a shell: plain in single quotes, or, with characters that are not safe to paste, escaped. */
export function quoted(text: string): string {
  if (text.search(unsafe) === -1) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `$'${escaped}'`;
}
