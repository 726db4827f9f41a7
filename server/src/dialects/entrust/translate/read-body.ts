// A request's body as a JSON object, whatever its content type (specification §1).

import { payloadRules, scanJson } from '../../../domain/json-scan.ts';
import { notJson } from '../refusals.ts';
import type { Members } from './field-reader.ts';

/** Refuses anything else; of a member that comes twice the last one counts. */
export function readBody(bytes: Uint8Array): Members {
  const scan = scanJson(bytes, payloadRules);
  if (!scan.ok || scan.root.kind !== 'object') throw notJson();
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Members;
}
