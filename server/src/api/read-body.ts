// Reads a JSON body of the control plane: scan, refuse what is ambiguous, parse, check against the schema.

import type { Static, TSchema } from 'typebox';
import type { JsonMember } from '../domain/json-scan.ts';

/** A schema made ready. `read` throws a Refusal: `bad_request` for what is no JSON, else `invalid` with every problem. */
export interface BodyReader<T> {
  read(bytes: Uint8Array): T;
}

/** Duplicate members, `__proto__` and `constructor.prototype` are refused at any level, unknown members where the schema is closed. */
export declare function bodyReader<S extends TSchema>(schema: S): BodyReader<Static<S>>;

/** The same for a body with one top-level member that is kept as bytes, whatever is in it: an event's `data`. */
export interface VerbatimReader<T> {
  /** `rest` is the body without the member, checked against the schema; `member` is undefined when it is absent. */
  read(bytes: Uint8Array): {
    readonly rest: T;
    readonly member: JsonMember | undefined;
    readonly verbatim: Uint8Array | undefined;
  };
}

export declare function verbatimReader<S extends TSchema>(
  schema: S,
  verbatim: string,
): VerbatimReader<Static<S>>;
