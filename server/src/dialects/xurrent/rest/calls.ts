// What a call of the REST API is told, and what it answers.

import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../../domain/access.ts';
import type { TenantId } from '../../../domain/tenant.ts';
import type { Query } from './filters.ts';
import { orderOf, pageOf, type SortValue } from './pages.ts';

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

/** A page of a collection with its headers. */
export function collection<Row>(
  call: Pick<Call, 'query' | 'linkBase'>,
  rows: readonly Row[],
  sorting: {
    readonly sorts: Readonly<Record<string, (row: Row) => SortValue>>;
    readonly standard: string;
  },
  show: (row: Row) => unknown,
): Answer {
  const order = orderOf(call.query, sorting.sorts, sorting.standard);
  const page = pageOf(rows, order, call.query, call.linkBase);
  return { body: page.rows.map(show), headers: page.headers };
}
