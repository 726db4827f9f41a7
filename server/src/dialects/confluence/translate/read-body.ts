// The members of a request's body, before any of them is judged (specification §2.1).

import { payloadRules, scanJson } from '../../../domain/json-scan.ts';
import { malformedBody } from '../refusals.ts';

export type Members = Readonly<Record<string, unknown>>;

/** The object in a JSON body. Refuses bytes that are no UTF-8, text that is no JSON or nested too deeply, and JSON that is no object. */
export function readBody(bytes: Uint8Array | undefined): Members {
  const value = parse(text(bytes ?? new Uint8Array()));
  if (!isObject(value)) throw malformedBody('The request body must be a JSON object');
  return value;
}

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformedBody('The request body must be UTF-8');
  }
}

function parse(json: string): unknown {
  const scan = scanJson(new TextEncoder().encode(json), payloadRules);
  if (scan.ok) return JSON.parse(json);
  const { rule, message } = scan.problem;
  throw malformedBody(rule === 'syntax' ? 'The request body must be JSON' : message);
}
