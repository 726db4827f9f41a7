// Rows on their way into a statement: one parameter a column, in PostgreSQL's binary form of arrays. Nothing is escaped,
// so that bytes arrive as they are and a row costs a third of what the textual form does (decision 14).

export type ColumnType = 'text' | 'bigint' | 'double precision' | 'bytea' | 'boolean';

/** The columns of a batch of rows: the type of each and its value in a row. */
export type Columns<Row> = Readonly<
  Record<string, readonly [ColumnType, (row: Row, index: number) => Value]>
>;
type Value = string | number | boolean | Uint8Array | null;

export type Batch<Row> = {
  /** `unnest($1::text[], …) AS name (a, b, …)`, with parameters from `firstParameter` on. */
  readonly sql: string;
  /** `a, b, …` */
  readonly names: string;
  /** The number of the first parameter after these. */
  readonly next: number;
  values(rows: readonly Row[]): Buffer[];
};

export function batch<Row>(name: string, columns: Columns<Row>, firstParameter = 1): Batch<Row> {
  const entries = Object.entries(columns);
  const parameters = entries.map(([, [type]], index) => `$${firstParameter + index}::${type}[]`);
  return {
    sql: `unnest(${parameters.join(', ')}) AS ${name} (${Object.keys(columns).join(', ')})`,
    names: Object.keys(columns).join(', '),
    next: firstParameter + entries.length,
    values(rows) {
      let at = 0;
      const ends = entries.map(([, [type, value]]) => (at = putArray(type, value, rows, at)));
      const all = Buffer.from(draft.subarray(0, at));
      if (draft.length > keptBytesMax) draft = Buffer.allocUnsafe(draftBytes);
      return ends.map((end, index) => all.subarray(ends[index - 1] ?? 0, end));
    },
  };
}

/**
 * PostgreSQL's text has no place for NUL. Nothing that people name has one; but what a receiver answers or a caller tries
 * must not make a statement fail, so one there becomes a replacement character.
 */
export function storable<Given>(value: Given): Given {
  return typeof value === 'string' && value.includes('\0')
    ? (value.replaceAll('\0', '\uFFFD') as Given)
    : value;
}

type Put = (value: never, at: number) => number;

/** Object ids of the types, as the system catalogue has them (`pg_type`), and how a value is put: each returns where it ends. */
const codes: Readonly<Record<ColumnType, { readonly oid: number; readonly put: Put }>> = {
  text: { oid: 25, put: putText },
  bigint: { oid: 20, put: putBigint },
  'double precision': { oid: 701, put: putDouble },
  bytea: { oid: 17, put: putBytes },
  boolean: { oid: 16, put: putBoolean },
};

const headerBytes = 20;
const lengthBytes = 4;
const draftBytes = 64 * 1024;
const keptBytesMax = 1024 * 1024;
/** Where all columns of a batch are written before they are copied out together. */
let draft = Buffer.allocUnsafe(draftBytes);

function makeRoom(upTo: number): void {
  if (upTo <= draft.length) return;
  const larger = Buffer.allocUnsafe(Math.max(upTo, draft.length * 2));
  draft.copy(larger);
  draft = larger;
}

/** One dimension, its lower bound 1; then each element with its length, -1 for null. Returns where it ends. */
function putArray<Row>(
  type: ColumnType,
  valueOf: (row: Row, index: number) => Value,
  rows: readonly Row[],
  from: number,
): number {
  const { oid, put } = codes[type];
  let at = from + headerBytes;
  let nulls = 0;
  makeRoom(at);
  for (let index = 0; index < rows.length; index++) {
    const value = valueOf(rows[index]!, index);
    if (value === null) {
      nulls = 1;
      makeRoom(at + lengthBytes);
      at = draft.writeInt32BE(-1, at);
    } else {
      at = put(value as never, at);
    }
  }
  draft.writeInt32BE(1, from);
  draft.writeInt32BE(nulls, from + 4);
  draft.writeInt32BE(oid, from + 8);
  draft.writeInt32BE(rows.length, from + 12);
  draft.writeInt32BE(1, from + 16);
  return at;
}

/** Most are ids, shorter than it takes to ask for their bytes. */
const shortText = 64;

function putText(given: string, at: number): number {
  const text = storable(given);
  const start = at + lengthBytes;
  makeRoom(start + text.length * 3);
  const ended = text.length <= shortText ? putAscii(text, start) : undefined;
  const end = ended ?? start + draft.write(text, start);
  draft.writeInt32BE(end - start, at);
  return end;
}

/** Undefined where a character takes more than a byte. */
function putAscii(text: string, start: number): number | undefined {
  const into = draft;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return undefined;
    into[start + index] = code;
  }
  return start + text.length;
}

/** Whole milliseconds and counts: exact as a double, and cheaper to split than to turn into a BigInt. */
function putBigint(value: number, at: number): number {
  makeRoom(at + lengthBytes + 8);
  const high = Math.floor(value / 0x1_0000_0000);
  draft.writeInt32BE(8, at);
  draft.writeInt32BE(high, at + 4);
  return draft.writeUInt32BE(value - high * 0x1_0000_0000, at + 8);
}

function putDouble(value: number, at: number): number {
  makeRoom(at + lengthBytes + 8);
  draft.writeInt32BE(8, at);
  return draft.writeDoubleBE(value, at + lengthBytes);
}

function putBytes(value: Uint8Array, at: number): number {
  const start = at + lengthBytes;
  makeRoom(start + value.byteLength);
  draft.writeInt32BE(value.byteLength, at);
  draft.set(value, start);
  return start + value.byteLength;
}

function putBoolean(value: boolean, at: number): number {
  makeRoom(at + lengthBytes + 1);
  draft.writeInt32BE(1, at);
  draft[at + lengthBytes] = value ? 1 : 0;
  return at + lengthBytes + 1;
}
