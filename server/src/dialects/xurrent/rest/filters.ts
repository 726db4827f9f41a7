// Filters of collections: AND-joined, each in one of the forms of the specification (§2.7).

import { isTrue } from './field-reader.ts';

/** What a list can be filtered by: how a field's texts compare, and its value in a row. */
export type FilterField<Row> = {
  readonly kind: 'integer' | 'text' | 'text-any-case' | 'boolean' | 'time';
  readonly of: (row: Row) => number | string | boolean | null;
};

export type FilterFields<Row> = Readonly<Record<string, FilterField<Row>>>;

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Whether a row passes every filter of the query. Names that are no filter are ignored. */
export function filterOf<Row>(query: Query, fields: FilterFields<Row>): (row: Row) => boolean {
  const tests = Object.entries(query).flatMap(([key, value]) => {
    const negated = key.endsWith('!');
    const name = negated ? key.slice(0, -1) : key;
    const field = Object.hasOwn(fields, name === 'ids' ? 'id' : name)
      ? fields[name === 'ids' ? 'id' : name]
      : undefined;
    if (field === undefined) return [];
    return [value ?? ''].flat().map((text) => testOf(field, text, negated));
  });
  return (row) => tests.every((test) => test(row));
}

type Test<Row> = (row: Row) => boolean;

/** `negated` when the `!` stood before the equals sign. */
function testOf<Row>(field: FilterField<Row>, text: string, negated: boolean): Test<Row> {
  if (!negated && text.startsWith('!')) return testOf(field, text.slice(1), true);
  if (text === '') return (row) => isEmpty(field.of(row)) !== negated;
  const range = negated ? undefined : rangeOf(field, text);
  if (range !== undefined) return range;
  const wanted = new Set(text.split(',').map((each) => comparable(field, each.replace(/^\\!/, '!'))));
  return (row) => wanted.has(comparable(field, field.of(row))) !== negated;
}

/** `<x`, `<=x`, `>x`, `>=x`, and from-to as `>x<y` with either sign taking an equals. */
function rangeOf<Row>(field: FilterField<Row>, text: string): Test<Row> | undefined {
  const [, low, from = '', high, to = ''] = /^(?:(>=?)([^<]*))?(?:(<=?)(.*))?$/s.exec(text) ?? [];
  if (low === undefined && high === undefined) return undefined;
  const [least, most] = [comparable(field, from), comparable(field, to)];
  return (row) => {
    const value = comparable(field, field.of(row));
    if (value === null) return false;
    if (low !== undefined && !(least !== null && (value > least || (low === '>=' && value === least))))
      return false;
    return high === undefined || (most !== null && (value < most || (high === '<=' && value === most)));
  };
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '';
}

/** What equals and orders; null for what is no value of the kind. */
function comparable<Row>(
  { kind }: FilterField<Row>,
  value: number | string | boolean | null,
): number | string | null {
  if (value === null || value === '') return null;
  switch (kind) {
    case 'integer':
      return Number.isFinite(Number(value)) ? Number(value) : null;
    case 'boolean':
      return Number(isTrue(value));
    case 'time': {
      const at = Date.parse(withPlus(String(value)));
      return Number.isNaN(at) ? null : Math.floor(at / 1_000);
    }
    case 'text':
      return String(value);
    case 'text-any-case':
      return String(value).toLowerCase();
  }
}

/** A raw `+` before a zone has become a space, as it does in every query. */
function withPlus(time: string): string {
  return time.replace(/(T[\d:.]+) (\d\d:?\d\d)$/, '$1+$2');
}
