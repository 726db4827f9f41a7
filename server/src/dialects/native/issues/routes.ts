// `/issues`: what goes wrong now, one entry for each webhook and way of failing.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { dayMs } from '../../../domain/clock.ts';
import { isId } from '../../../domain/id.ts';
import { notFound } from '../../../domain/refusal.ts';
import { issueCountMax } from '../../../domain/statistics.ts';
import type { Issue, IssueFilter } from '../../../api/reads.ts';
import { explainError, explainStatus } from '../deliveries/explain.ts';
import { named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed, nullable, oneOf, PageQuery, pageOf, WindowQuery } from '../wire/schemas.ts';
import { readWindow, showTime } from '../wire/times.ts';

const counted = `exact below ${issueCountMax}, which stands for as many or more; of one issue alone always exact`;

export const IssueOut = closed(
  {
    id: Type.String({ description: 'Stays the same for as long as the webhook fails in this way.' }),
    webhookId: Type.String(),
    webhookName: Type.String(),
    error: closed({
      outcome: oneOf(['failure', 'error']),
      status: nullable(Type.Integer({ description: "Of a failure's answer." })),
      code: nullable(Type.String({ description: 'Of an error, for programs.' })),
      explanation: Type.String({ description: 'In one sentence.' }),
    }),
    eventTypes: Type.Array(Type.String(), {
      maxItems: 2,
      description: 'The first and the last by name of `eventTypeCount`.',
    }),
    eventTypeCount: Type.Integer(),
    deliveries: Type.Integer({ description: `Scheduled and exhausted ones together: ${counted}.` }),
    scheduled: Type.Integer({ description: 'Of these, those that are attempted again.' }),
    exhausted: Type.Integer({ description: 'Of these, those that were given up.' }),
    firstSeenAt: Type.String({
      format: 'date-time',
      description: 'When the first of them was created, as far as they are counted.',
    }),
    lastSeenAt: Type.String({
      format: 'date-time',
      description: 'When the last of them was attempted last.',
    }),
    exampleDeliveryId: Type.String({ description: 'The one that was attempted last.' }),
  },
  {
    $id: 'Issue',
    description:
      'Deliveries of events to a webhook whose last attempts failed in the same way, and that are scheduled, or exhausted and not delivered again since.',
  },
);

const ListQuery = closed({
  ...PageQuery,
  from: Type.Optional(
    Type.String({
      format: 'date-time',
      description:
        'Only deliveries attempted last at this time or later; seven days back when it is left out.',
    }),
  ),
  to: WindowQuery.to,
  webhookId: Type.Optional(Type.String()),
});

const Params = closed({ id: Type.String() });

const windowMs = 7 * dayMs;
const always = { from: 0, to: Number.MAX_SAFE_INTEGER } as const;

export function issueRoutes(
  app: FastifyInstance,
  { store, cursors, clock }: Pick<NativeParts, 'store' | 'cursors' | 'clock'>,
): void {
  const tags = ['Issues'] as const;

  app.get(
    '/issues',
    operation('listIssues', {
      summary: 'List what goes wrong, the last seen first',
      tags,
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('Issue#')) },
    }),
    async (request) => {
      const query = request.query as Static<typeof ListQuery>;
      const { tenantId } = request.caller.principal;
      const list = { tenantId, list: 'issues' };
      const filter: IssueFilter = {
        from: clock.wall() - windowMs,
        to: always.to,
        ...readWindow(query),
        ...(query.webhookId === undefined ? {} : { webhookId: query.webhookId }),
      };
      const page = await store.listIssues(tenantId, filter, cursors.pageRequest(list, query));
      return cursors.page(list, page, showIssue);
    },
  );

  app.get(
    '/issues/:id',
    operation('getIssue', {
      summary: 'An issue, whenever it was seen',
      tags,
      params: Params,
      response: { 200: named('Issue', 'The issue') },
    }),
    async (request) => {
      const filter = { ...always, ...readId(request.params) };
      const page = { limit: 1, after: null, before: null };
      const { rows } = await store.listIssues(request.caller.principal.tenantId, filter, page);
      if (rows[0] === undefined) throw notFound('issue');
      return showIssue(rows[0]);
    },
  );
}

function idOf({ webhookId, failure }: Issue): string {
  return `${webhookId}.${failure}`;
}

function readId(params: unknown): Required<Pick<IssueFilter, 'webhookId' | 'failure'>> {
  const { id } = params as Static<typeof Params>;
  const webhookId = id.slice(0, Math.max(0, id.indexOf('.')));
  const failure = id.slice(webhookId.length + 1);
  if (!isId('wh', webhookId) || failure === '') throw notFound('issue');
  return { webhookId, failure };
}

function showIssue(issue: Issue) {
  const { webhookId, webhookName, failure, scheduled, exhausted, eventTypes } = issue;
  return {
    id: idOf(issue),
    webhookId,
    webhookName,
    error: showFailure(failure),
    eventTypes: eventTypes.names,
    eventTypeCount: eventTypes.count,
    deliveries: scheduled + exhausted,
    scheduled,
    exhausted,
    firstSeenAt: showTime(issue.firstSeenAt),
    lastSeenAt: showTime(issue.lastSeenAt),
    exampleDeliveryId: issue.exampleDeliveryId,
  };
}

/** A status is digits, and no error's code begins with one. */
function showFailure(failure: string) {
  if (!/^\d/.test(failure))
    return { outcome: 'error', status: null, code: failure, explanation: explainError(failure) };
  const status = Number(failure);
  return { outcome: 'failure', status, code: null, explanation: explainStatus(status) };
}
