// A webhook's content filter: a query after MongoDB's over what a publisher says of an event. Nothing in it runs code or
// patterns, so that it is decided in a step for each condition.

export type Filter = {
  /** As it was written: what is stored and shown. */
  readonly given: FilterQuery;
  readonly condition: Condition;
};

export type FilterQuery = Readonly<Record<string, unknown>>;

export type Condition =
  | { readonly kind: 'and' | 'or' | 'nor'; readonly of: readonly Condition[] }
  /** `pointer` tells where in the query it stands (RFC 6901). */
  | { readonly kind: 'member'; readonly pointer: string; readonly path: Path; readonly test: Test };

/** The members on the way to a value; none is the value itself. */
export type Path = {
  readonly text: string;
  readonly steps: readonly string[];
  /** A time is compared in one spelling. */
  readonly holds: 'time' | 'any';
};

/** What must be so of what is found at a path. */
export type Test =
  | { readonly kind: 'in'; readonly values: ReadonlySet<Scalar> }
  | { readonly kind: 'all'; readonly values: ReadonlySet<Scalar> }
  | { readonly kind: 'order'; readonly operator: Order; readonly limit: number | string }
  | { readonly kind: 'exists'; readonly wanted: boolean }
  | { readonly kind: 'size'; readonly length: number }
  /** An element meets it, by its members or as the value it is. */
  | { readonly kind: 'element'; readonly by: 'members' | 'value'; readonly condition: Condition }
  | { readonly kind: 'not'; readonly tests: readonly Test[] };

export type Scalar = string | number | boolean | null;

const orders = ['$gt', '$gte', '$lt', '$lte'] as const;
export type Order = (typeof orders)[number];
/** Around conditions. */
export const groups = { $and: 'and', $or: 'or', $nor: 'nor' } as const;
/** After a path. */
export const operators = [
  '$eq',
  '$ne',
  '$in',
  '$nin',
  ...orders,
  '$exists',
  '$all',
  '$elemMatch',
  '$size',
  '$not',
] as const;
export type Operator = (typeof operators)[number];

/** They may only grow: what is stored is read by them as well. */
export const filterLimits = {
  bytesMax: 8_192,
  conditionsMax: 100,
  /** Of those inside one `$elemMatch`, which are asked for each element anew. */
  elementConditionsMax: 20,
  alternativesMax: 200,
  depthMax: 8,
};

export function isScalar(value: unknown): value is Scalar {
  return (
    value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  );
}

/** No list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
