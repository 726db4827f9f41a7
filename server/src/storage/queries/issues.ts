// Issues: deliveries that failed and are still owed or given up, grouped by webhook and failure. The groups are found by
// hops along one index, so that it costs by their number; only those of the page are counted, up to so many deliveries.

import { sql, type Kysely, type RawBuilder } from 'kysely';
import { idLength } from '../../domain/id.ts';
import { issueCountMax } from '../../domain/statistics.ts';
import type { Page, PageRequest } from '../port/page.ts';
import type { IssueFilter } from '../port/statistics-store.ts';
import type { Schema } from '../schema.ts';
import { failureSql, openFailuresSql } from './failure-sql.ts';
import { pageOf } from './keyset.ts';

export type IssueRow = SeenRow & {
  /** How many deliveries, how many of them wait, when the first was created, how many types, the first and the last. */
  readonly counted: string;
  readonly example_id: string;
};

/** `webhook` is its definition, `failure` an error's code or an answer's status. */
export type SeenRow = {
  readonly issue: string;
  readonly webhook_id: string;
  readonly failure: string;
  readonly definition: string;
  readonly last_seen_at: number;
};

/** More different issues are told of by nobody. */
const issuesMax = 10_000;

export const wholeHistory = { from: 0, to: Number.MAX_SAFE_INTEGER };

const issue = sql<string>`${sql.raw(failureSql)}`;
const open = sql<boolean>`${sql.raw(openFailuresSql)}`;

export async function listIssues(
  db: Kysely<Schema>,
  tenantId: string,
  filter: IssueFilter,
  request: PageRequest,
): Promise<Page<IssueRow>> {
  const seen = db.selectFrom(seenSql(tenantId, filter).as('seen')).selectAll();
  const page = await pageOf(seen, { at: 'last_seen_at', id: 'issue', newestFirst: true }, request);
  return { ...page, rows: await counted(db, tenantId, filter, page.rows) };
}

export async function issuesSeen(
  db: Kysely<Schema>,
  tenantId: string,
  filter: IssueFilter,
): Promise<readonly SeenRow[]> {
  return db.selectFrom(seenSql(tenantId, filter).as('seen')).selectAll().execute();
}

/**
 * Each issue of webhooks that there are, and when it was seen last in the window. Those of a webhook lie between its id
 * with a space and its id with `!`, which comes right after a space.
 */
function seenSql(tenantId: string, filter: IssueFilter) {
  const { webhookId, failure, from, to } = filter;
  const [start, end] = webhookId === undefined ? ['', '~'] : [`${webhookId} `, `${webhookId}!`];
  const one = `${webhookId} ${failure}`;
  const firstOf = (which: RawBuilder<unknown>) => sql`(SELECT ${issue} FROM deliveries
    WHERE tenant_id = ${tenantId} AND ${open} AND ${which} ORDER BY ${issue} LIMIT 1)`;
  const between = (after: RawBuilder<unknown>, before: string) =>
    sql`${issue} > ${after} AND ${issue} < ${before}`;
  return sql<SeenRow>`(WITH RECURSIVE hop (issue) AS (
      SELECT ${firstOf(failure === undefined ? between(sql`${start}`, end) : sql`${issue} = ${one}`)}
      UNION ALL
      SELECT ${firstOf(between(sql`hop.issue`, failure === undefined ? end : one))}
      FROM hop WHERE hop.issue IS NOT NULL
    ),
    found AS (SELECT issue FROM hop LIMIT ${sql.lit(issuesMax)}),
    known AS (
      SELECT found.issue, webhooks.id AS webhook_id, webhooks.definition,
        substr(found.issue, ${sql.lit(idLength('wh') + 2)}) AS failure,
        (SELECT last_attempt_at FROM deliveries
          WHERE tenant_id = ${tenantId} AND ${open} AND ${issue} = found.issue AND ${inWindow(from, to)}
          ORDER BY last_attempt_at DESC LIMIT 1) AS last_seen_at
      FROM found JOIN webhooks ON webhooks.id = substr(found.issue, 1, ${sql.lit(idLength('wh'))})
      WHERE webhooks.tenant_id = ${tenantId}
    )
    SELECT * FROM known WHERE last_seen_at IS NOT NULL)`;
}

function inWindow(from: number, to: number) {
  return sql<boolean>`last_attempt_at >= ${from} AND last_attempt_at < ${to}`;
}

async function counted(
  db: Kysely<Schema>,
  tenantId: string,
  { failure, from, to }: IssueFilter,
  rows: readonly SeenRow[],
): Promise<IssueRow[]> {
  if (rows.length === 0) return [];
  const given = sql.join(
    // Without a type of its own, so that it is compared as the index has it.
    rows.map((row) => sql`SELECT ${row.issue} AS issue`),
    sql` UNION ALL `,
  );
  const ofIssue = sql`tenant_id = ${tenantId} AND ${open} AND ${issue} = given.issue AND ${inWindow(from, to)}`;
  const limit = failure === undefined ? sql`LIMIT ${sql.lit(issueCountMax)}` : sql``;
  const found = await sql<Pick<IssueRow, 'issue' | 'counted' | 'example_id'>>`SELECT given.issue,
      (SELECT ${countText} FROM (SELECT state, created_at, event_type FROM deliveries WHERE ${ofIssue} ${limit}) AS first) AS counted,
      (SELECT id FROM deliveries WHERE ${ofIssue} ORDER BY last_attempt_at DESC LIMIT 1) AS example_id
    FROM (${given}) AS given`.execute(db);
  const counts = new Map(found.rows.map((row) => [row.issue, row]));
  return rows.map((row) => ({ ...row, ...counts.get(row.issue)! }));
}

const countText = sql`CAST(count(*) AS TEXT) || ' ' ||
  CAST(sum(CASE WHEN state = 'scheduled' THEN 1 ELSE 0 END) AS TEXT) || ' ' || CAST(min(created_at) AS TEXT) || ' ' ||
  CAST(count(DISTINCT event_type) AS TEXT) || ' ' || min(event_type) || ' ' || max(event_type)`;
