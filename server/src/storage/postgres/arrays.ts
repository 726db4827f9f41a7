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
    values: (rows) =>
      entries.map(([, [type, value]]) =>
        array(
          type,
          rows.map((row, index) => storable(value(row, index))),
        ),
      ),
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

/** Object ids of the types, as the system catalogue has them (`pg_type`). */
const codes: Readonly<Record<ColumnType, { readonly oid: number; readonly write: Write }>> = {
  text: { oid: 25, write: { size: (value) => Buffer.byteLength(value as string), put: putText } },
  bigint: { oid: 20, write: { size: () => 8, put: putBigint } },
  'double precision': { oid: 701, write: { size: () => 8, put: putDouble } },
  bytea: { oid: 17, write: { size: (value) => (value as Uint8Array).byteLength, put: putBytes } },
  boolean: { oid: 16, write: { size: () => 1, put: putBoolean } },
};

type Write = {
  size(value: Value): number;
  put(into: Buffer, value: Value, at: number): void;
};

const headerBytes = 20;

/** One dimension, its lower bound 1; then each element with its length, -1 for null. */
function array(type: ColumnType, values: readonly Value[]): Buffer {
  const { oid, write } = codes[type];
  const sizes = values.map((value) => (value === null ? -1 : write.size(value)));
  const total = sizes.reduce((sum, size) => sum + 4 + Math.max(size, 0), headerBytes);
  const into = Buffer.allocUnsafe(total);
  into.writeInt32BE(1, 0);
  into.writeInt32BE(sizes.includes(-1) ? 1 : 0, 4);
  into.writeInt32BE(oid, 8);
  into.writeInt32BE(values.length, 12);
  into.writeInt32BE(1, 16);
  let at = headerBytes;
  for (const [index, value] of values.entries()) {
    const size = sizes[index]!;
    into.writeInt32BE(size, at);
    at += 4;
    if (value === null) continue;
    write.put(into, value, at);
    at += size;
  }
  return into;
}

function putText(into: Buffer, value: Value, at: number): void {
  into.write(value as string, at);
}

/** Whole milliseconds and counts: exact as a double, and cheaper to split than to turn into a BigInt. */
function putBigint(into: Buffer, value: Value, at: number): void {
  const number = value as number;
  into.writeInt32BE(Math.floor(number / 0x1_0000_0000), at);
  into.writeUInt32BE(number - Math.floor(number / 0x1_0000_0000) * 0x1_0000_0000, at + 4);
}

function putDouble(into: Buffer, value: Value, at: number): void {
  into.writeDoubleBE(value as number, at);
}

function putBytes(into: Buffer, value: Value, at: number): void {
  into.set(value as Uint8Array, at);
}

function putBoolean(into: Buffer, value: Value, at: number): void {
  into[at] = value === true ? 1 : 0;
}
