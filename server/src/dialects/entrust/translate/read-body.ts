// A request's body as a JSON object, whatever its content type (specification §1).

import { notJson } from '../refusals.ts';
import type { Members } from './field-reader.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function readBody(bytes: Uint8Array): Members {
  const value = parsed(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notJson();
  return value as Members;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw notJson();
  }
}
