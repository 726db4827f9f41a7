// The rules of an event's data: a JSON object of bounded size.

import { invalid, Refusal } from '../../../domain/refusal.ts';

const openBrace = 0x7b;

/** The bytes of a well-formed value, which must be an object; `pointer` names it in a refusal. */
export function cutData(value: Uint8Array | undefined, bytesMax: number, pointer = '/data'): Uint8Array {
  if (value === undefined) {
    throw invalid([{ pointer, rule: 'required', message: "'data' is missing; send a JSON object" }]);
  }
  if (value[0] !== openBrace) {
    throw invalid([{ pointer, rule: 'type', message: "'data' is not a JSON object; send one, such as {}" }]);
  }
  if (value.length > bytesMax) {
    const message = `The data has ${value.length} bytes; at most ${bytesMax} are allowed`;
    throw new Refusal('payload_too_large', message, { problems: [{ pointer, rule: 'size', message }] });
  }
  return value;
}
