// `GET /webhooks/{id}/statistics`, and the same for the tenant and for a list of webhooks.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import type { Instant } from '../../../domain/clock.ts';
import { invalid } from '../../../domain/refusal.ts';
import { laneCountMax, latencyBoundsMs, queueCountMax } from '../../../domain/statistics.ts';
import type { TenantId } from '../../../domain/tenant.ts';
import { attemptPossibleAt } from '../../../domain/waiting.ts';
import type { TenantQueue } from '../../../api/reads.ts';
import { outcomes } from '../deliveries/schemas.ts';
import { named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { readWebhookId, WebhookParams } from '../webhooks/routes.ts';
import { closed, nullable, oneOf, Time, TimeOrNull } from '../wire/schemas.ts';
import { showTimeOrNull } from '../wire/times.ts';
import { makeRemember } from './remembered.ts';
import { curves, showWebhooksStatistics } from './show-webhooks.ts';
import { buckets, showStatistics, spanOf, windows } from './statistics.ts';

const window = Type.Optional(oneOf(windows, { default: '24h' }));
const Query = closed({ window });
const webhooksMax = 100;
const WebhooksQuery = closed({
  window,
  id: Type.Optional(
    Type.Array(Type.String(), {
      maxItems: webhooksMax,
      description: `The webhooks, as \`id=…&id=…\`; may be left out by a tenant that has at most ${webhooksMax}.`,
    }),
  ),
});

const counts = {
  attempts: Type.Integer(),
  successes: Type.Integer(),
  failures: Type.Integer(),
  errors: Type.Integer(),
  successRate: nullable(Type.Number({ description: 'From 0 to 1; null without attempts.' })),
  latencyMsP50: nullable(
    Type.Number({
      description: `What half of the attempts did not exceed. An estimate: latencies are counted in buckets up to ${latencyBoundsMs.join(', ')} ms, and taken as spread evenly within theirs; the last bound stands for as much or more. Null without attempts.`,
    }),
  ),
  latencyMsP95: nullable(
    Type.Number({ description: 'The same for 95 of 100 attempts, estimated in the same way.' }),
  ),
};

const span = { window: oneOf(windows), from: Time, to: Time, bucketMs: Type.Integer() };

const statistics = {
  ...span,
  totals: closed(counts),
  series: Type.Array(closed({ at: Time, ...counts }), { description: 'One entry per bucket, oldest first.' }),
  eventTypes: Type.Array(closed({ eventType: Type.String(), ...counts })),
};

export const Statistics = closed(statistics, {
  $id: 'Statistics',
  description: 'Counts of attempts that ended in the window.',
});

export const TenantStatistics = closed(
  {
    ...statistics,
    queue: closed({
      scheduled: Type.Integer({
        maximum: queueCountMax,
        description: `Deliveries that wait: exact below ${queueCountMax}, which stands for as many or more.`,
      }),
      oldestDueAt: nullable(
        Type.String({
          format: 'date-time',
          description:
            'When the delivery of an event that waits longest is due, exact, whatever holds it back; null when none waits.',
        }),
      ),
      nextAttemptAt: nullable(
        Type.String({
          format: 'date-time',
          description:
            'When the next attempt for an event can be made. In the past, it is late by so much. Webhooks that are paused, disabled, unverified where that matters, or being probed are left out, and those behind an open breaker or a throttle count from when that lets a request through; null when nothing else waits.',
        }),
      ),
    }),
    webhooks: closed(
      {
        active: Type.Integer(),
        paused: Type.Integer(),
        disabled: Type.Integer(),
        failing: Type.Integer({
          description: 'Of any state: the last attempt failed, or the breaker is not closed.',
        }),
      },
      { description: 'How many webhooks there are now, exact.' },
    ),
  },
  {
    $id: 'TenantStatistics',
    description:
      'Counts of attempts of all webhooks that there are, which ended in the window. They may be as old as a sixtieth of a bucket, what is told of now as old as two seconds.',
  },
);

export const WebhooksStatistics = closed(
  {
    ...span,
    data: Type.Array(
      closed({
        webhookId: Type.String(),
        totals: closed(counts),
        series: Type.Array(closed({ at: Time, attempts: Type.Integer(), successes: Type.Integer() }), {
          description: 'At most 48 entries, one per bucket, oldest first.',
        }),
        lastAttempt: nullable(
          closed(
            {
              at: TimeOrNull,
              outcome: oneOf(outcomes),
              status: nullable(Type.Integer()),
              error: nullable(Type.String()),
            },
            {
              description:
                'The newest one of its newest deliveries, and of those that failed and are scheduled or exhausted.',
            },
          ),
        ),
        scheduled: Type.Integer({
          maximum: laneCountMax,
          description: `Deliveries of events that wait: exact below ${laneCountMax}, which stands for as many or more.`,
        }),
      }),
    ),
  },
  {
    $id: 'WebhooksStatistics',
    description:
      'In no order, without what is no webhook of the tenant. The counts may be as old as a sixtieth of a bucket.',
  },
);

/** What is told of now, to whoever asks. */
const nowMs = 2_000;

export function statisticsRoutes(
  app: FastifyInstance,
  { webhooks, store, waitsFor, clock }: Pick<NativeParts, 'webhooks' | 'store' | 'waitsFor' | 'clock'>,
): void {
  const remember = makeRemember(clock);

  app.get(
    '/statistics',
    operation('getStatistics', {
      summary: 'How the attempts of all webhooks ended, what waits, and how webhooks do',
      tags: ['Statistics'],
      querystring: Query,
      response: { 200: named('TenantStatistics', 'The statistics of the tenant') },
    }),
    async (request) => {
      const { window: name = '24h' } = request.query as Static<typeof Query>;
      const { tenantId } = request.caller.principal;
      const { bucketMs } = buckets[name];
      const [shown, present] = await Promise.all([
        remember(`tenant ${tenantId} ${name}`, bucketMs / 60, async () => {
          const now = clock.wall();
          const { from, to } = spanOf(buckets[name], now);
          return showStatistics(name, now, await store.tenantStatistics(tenantId, from, to, bucketMs));
        }),
        remember(`now ${tenantId}`, nowMs, () => showNow(tenantId)),
      ]);
      return { ...shown, ...present };
    },
  );

  app.get(
    '/statistics/webhooks',
    operation('getWebhooksStatistics', {
      summary: 'The statistics of many webhooks, with what waits and their last attempt',
      tags: ['Statistics'],
      querystring: WebhooksQuery,
      response: { 200: named('WebhooksStatistics', 'One entry for each webhook') },
    }),
    async (request) => {
      const { window: name = '24h', id } = request.query as Static<typeof WebhooksQuery>;
      const { tenantId } = request.caller.principal;
      const ids = id === undefined ? await allIds(tenantId) : [...new Set(id)].toSorted();
      const { bucketMs } = curves[name];
      const [counted, activity] = await Promise.all([
        remember(`webhooks ${tenantId} ${name} ${ids.join()}`, bucketMs / 60, async () => {
          const { from, to } = spanOf(curves[name], clock.wall());
          return { from, to, rows: await store.webhooksStatistics(tenantId, ids, from, to, bucketMs) };
        }),
        store.webhookActivity(tenantId, ids),
      ]);
      return {
        window: name,
        from: showTimeOrNull(counted.from),
        to: showTimeOrNull(counted.to),
        bucketMs,
        data: showWebhooksStatistics(counted, bucketMs, counted.rows, activity),
      };
    },
  );

  app.get(
    '/webhooks/:id/statistics',
    operation('getWebhookStatistics', {
      summary: 'How its attempts ended and how long they took',
      tags: ['Webhooks'],
      params: WebhookParams,
      querystring: Query,
      response: { 200: named('Statistics', 'The statistics') },
    }),
    async (request) => {
      const { window: name = '24h' } = request.query as Static<typeof Query>;
      const { id } = await webhooks.get(request.caller.principal.tenantId, readWebhookId(request));
      const now = clock.wall();
      const { from, to } = spanOf(buckets[name], now);
      return showStatistics(name, now, await store.webhookStatistics(id, from, to));
    },
  );

  async function showNow(tenantId: TenantId) {
    const [queue, totals] = await Promise.all([
      store.tenantQueue(tenantId),
      store.webhookTotals(tenantId, clock.wall()),
    ]);
    return { queue: showQueue(queue), webhooks: totals };
  }

  function showQueue({ scheduled, lanes }: TenantQueue) {
    const now = clock.now();
    const possible = lanes.map(({ webhookId, firstDueAt }) =>
      attemptPossibleAt(firstDueAt, waitsFor(webhookId), now),
    );
    return {
      scheduled,
      oldestDueAt: showTimeOrNull(earliest(lanes.map(({ firstDueAt }) => firstDueAt))),
      nextAttemptAt: showTimeOrNull(earliest(possible.filter((at) => at !== null))),
    };
  }

  async function allIds(tenantId: TenantId): Promise<readonly string[]> {
    const page = { limit: webhooksMax, after: null, before: null };
    const { rows, next } = await store.listWebhooks(tenantId, {}, page);
    if (next === null) return rows.map(({ id }) => id);
    const message = `There are more than ${webhooksMax} webhooks; name those that you ask about, as id=…&id=…`;
    throw invalid([{ pointer: 'query/id', rule: 'required', message }]);
  }
}

function earliest(instants: readonly Instant[]): Instant | null {
  return instants.reduce<Instant | null>((first, at) => (first === null || at < first ? at : first), null);
}
