// Looks over JSON as bytes before anything parses it: UTF-8, syntax (RFC 8259), depth, number of members. One pass.

/** Where a member of an object lies: its key with quotes and its value, as offsets into the bytes (ends excluded). */
export type JsonMember = {
  readonly key: string;
  readonly keyStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
};

/** Where a value lies in the bytes (end excluded). */
export type JsonRange = { readonly start: number; readonly end: number };

export type JsonRule = 'encoding' | 'syntax' | 'depth' | 'members' | 'duplicate_member';

export type JsonProblem = {
  readonly rule: JsonRule;
  /** Offset of the byte at which it shows. */
  readonly at: number;
  /** JSON pointer to the member that comes twice; else ''. */
  readonly pointer: string;
  /** What is wrong and what would be right, in one sentence. */
  readonly message: string;
};

export type ScanRules = {
  readonly depthMax: number;
  /** Members of all objects and elements of all arrays together. */
  readonly membersMax: number;
  /** Whether a key that comes twice in one object is refused. */
  readonly duplicates: 'kept' | 'refused';
  /** A top-level member inside whose value duplicates are kept whatever `duplicates` says: an event's `data`. */
  readonly verbatim?: string;
};

/** What is under the root: where an object's members are, or an array's elements. */
export type JsonRoot =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly elements: readonly JsonRange[] }
  | { readonly kind: 'scalar' };

export type Scan = { readonly ok: true; readonly root: JsonRoot } | { readonly ok: false; readonly problem: JsonProblem };

/** For payloads: 64 levels, 100,000 members and elements, duplicates kept as published. */
export const payloadRules: ScanRules = { depthMax: 64, membersMax: 100_000, duplicates: 'kept' };
/** For the control plane: the same limits, duplicates refused. */
export const controlRules: ScanRules = { ...payloadRules, duplicates: 'refused' };

/** Accepts exactly the UTF-8 texts that `JSON.parse` accepts, within the rules and without a byte order mark. */
export declare function scanJson(bytes: Uint8Array, rules: ScanRules): Scan;

/** The members of an object that was scanned before: throws when the bytes are no JSON object. */
export declare function membersOf(bytes: Uint8Array): readonly JsonMember[];
