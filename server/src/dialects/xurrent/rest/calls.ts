// What a call of the REST API is told, and what it answers.

import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../../domain/access.ts';
import type { TenantId } from '../../../domain/tenant.ts';
import { filterOf, type FilterFields, type Query } from './filters.ts';
import { orderOf, pageOf, type SortValue } from './pages.ts';
import { inCollection, type WireRecord } from './records.ts';

export type Call = {
  readonly request: FastifyRequest;
  readonly caller: Caller;
  readonly tenantId: TenantId;
  /** The path's `:id`, or ''. */
  readonly id: string;
  readonly query: Query;
  /** The absolute URL of the collection that was called, for its links. */
  readonly linkBase: string;
  /** The URL of a page of the account's own host. */
  readonly pageUrl: (path: string) => string;
};

/** 200 with a body unless it says otherwise; without a body it is a 204. */
export type Answer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

export type Handle = (call: Call) => Promise<Answer>;

/** What can be asked of a collection, and what it shows and how it is sorted where nothing is. */
export type CollectionRules<Row> = {
  readonly filters: FilterFields<Row>;
  readonly sorts: Readonly<Record<string, (row: Row) => SortValue>>;
  readonly sort: string;
  readonly fields: readonly string[];
};

/** The page of a collection that the query asks for, with its headers. */
export function collection<Row extends WireRecord>(
  { query, linkBase }: Pick<Call, 'query' | 'linkBase'>,
  records: readonly Row[],
  { filters, sorts, sort, fields }: CollectionRules<Row>,
): Answer {
  const matching = records.filter(filterOf(query, filters));
  const { rows, headers } = pageOf(matching, orderOf(query, sorts, sort), query, linkBase);
  return { body: rows.map((record) => inCollection(record, query, fields)), headers };
}
