// What each of the nine calls does: read the wire, let the control plane or the store act, show the result.

import type { FastifyRequest } from 'fastify';
import { allWebhooks } from '../../api/all-rows.ts';
import type { Clock } from '../../domain/clock.ts';
import { invalid } from '../../domain/refusal.ts';
import type { JudgeTarget } from '../../domain/target.ts';
import type { DeliveryProfile, Webhook } from '../../domain/webhook.ts';
import type { Webhooks } from '../../manage/webhooks.ts';
import { baseOf, linksOf } from './links.ts';
import { readEvents, readFlag, readOutcomes, readText, readWindow } from './query.ts';
import type { Reads } from './reads.ts';
import { badParameter, cut, noWebhook } from './refusals.ts';
import type { Call, Calls } from './routes.ts';
import { testConnection, type TestParts } from './test-connection.ts';
import { invocation, wireOutcome } from './translate/invocation.ts';
import { readBody } from './translate/read-body.ts';
import { refuseMasks } from './translate/refuse-masks.ts';
import { latestOf, statistics, statisticsSummary, windowMs, type Traffic } from './translate/statistics.ts';
import { changedWebhook, newWebhook } from './translate/webhook-change.ts';
import { readTestCredentials, readWebhook } from './translate/webhook-in.ts';
import { createdResource, webhookResource, type Shapes, type Showing } from './translate/webhook-out.ts';

export type CallParts = {
  readonly webhooks: Pick<Webhooks, 'create' | 'update' | 'remove'>;
  readonly store: Reads;
  readonly judgeTarget: JudgeTarget;
  readonly test: TestParts;
  readonly clock: Clock;
  readonly settings: {
    readonly shapes: Shapes;
    readonly maskSecret: boolean;
    /** Of new webhooks. */
    readonly profile: DeliveryProfile;
    readonly publicUrl: string | null;
  };
};

export function makeCalls(parts: CallParts): Calls {
  const { webhooks, store, judgeTarget, clock, settings } = parts;

  /** The webhook of the path, in the caller's tenant. */
  async function found({ request, webhookId }: Call): Promise<Webhook> {
    return (await webhookWithId(request, webhookId)) ?? refuse(noWebhook(webhookId));
  }

  async function webhookWithId(request: FastifyRequest, id: string): Promise<Webhook | undefined> {
    const wireId = Number(id);
    if (!/^\d+$/.test(id) || !Number.isSafeInteger(wireId)) return undefined;
    return store.getWebhookByWireId(tenantOf(request), 'confluence', wireId);
  }

  async function trafficOf(webhook: Webhook): Promise<Traffic> {
    const now = clock.wall();
    const [counts, exchanges] = await Promise.all([
      store.webhookStatistics(webhook.id, now - windowMs, now + 1),
      store.lastExchanges(webhook.id),
    ]);
    return { counts, exchanges, now };
  }

  async function showing(webhook: Webhook, withStatistics: boolean): Promise<Showing> {
    const { shapes, maskSecret } = settings;
    if (!withStatistics) return { shapes, maskSecret };
    return { shapes, maskSecret, statistics: statistics(await trafficOf(webhook), null) };
  }

  return {
    async find({ request, mount, query }) {
      const window = readWindow(query);
      const events = readEvents(query);
      const all = await allWebhooks(store, tenantOf(request), 'confluence');
      const matching = all.filter(
        ({ subscription }) =>
          events === null || events.some((event) => subscription.eventTypes.includes(event)),
      );
      const page = matching.slice(window.start, window.start + window.limit);
      const withStatistics = readFlag(query, 'statistics');
      const results = [];
      for (const webhook of page)
        results.push(webhookResource(webhook, await showing(webhook, withStatistics)));
      const base = baseOf(request, mount, settings.publicUrl);
      const total = matching.length;
      const absolute = settings.shapes === 'reference';
      const _links = linksOf({ ...window, total }, { base, mount, query, absolute });
      return { body: { results, ...window, size: results.length, totalCount: total, _links } };
    },

    async create({ request }) {
      const given = readWebhook(readBody(request.bytes), judgeTarget, 'create');
      if (settings.maskSecret) refuseMasks(given);
      const draft = newWebhook(given, settings.profile, clock.wall());
      const webhook = await webhooks.create(request.caller, draft, { kind: 'next_in_tenant' });
      return { status: 201, body: createdResource(webhook, settings) };
    },

    async get(call) {
      const webhook = await found(call);
      return { body: webhookResource(webhook, await showing(webhook, readFlag(call.query, 'statistics'))) };
    },

    async update(call) {
      const { id } = await found(call);
      const given = readWebhook(readBody(call.request.bytes), judgeTarget, 'update');
      const rules = { maskSecret: settings.maskSecret, now: clock.wall() };
      const webhook = await webhooks.update(call.request.caller, id, (current) =>
        changedWebhook(current, given, rules),
      );
      return { body: webhookResource(webhook, settings) };
    },

    async remove(call) {
      const { id } = await found(call);
      await webhooks.remove(call.request.caller, id);
      return {};
    },

    async latest(call) {
      const webhook = await found(call);
      const events = readEvents(call.query);
      const outcomes = readOutcomes(call.query);
      const exchanges = await store.lastExchanges(webhook.id);
      const latest = latestOf(
        exchanges.filter(
          ({ attempt }) =>
            (events === null || events.includes(attempt.eventType)) &&
            (outcomes === null || outcomes.includes(wireOutcome(attempt.outcome))),
        ),
      );
      return latest === undefined ? {} : { body: invocation(latest, settings.shapes) };
    },

    async statistics(call) {
      const traffic = await trafficOf(await found(call));
      return { body: statistics(traffic, readEvents(call.query)) };
    },

    async summary(call) {
      const webhook = await found(call);
      return { body: statisticsSummary(await trafficOf(webhook), webhook.subscription.eventTypes) };
    },

    async test({ request, query }) {
      const id = readText(query, 'webhookId');
      const webhook = id === undefined ? undefined : await webhookWithId(request, id);
      if (id !== undefined && webhook === undefined) {
        throw invalid([badParameter('query/webhookId', 'webhookId', id, `No webhook with id: ${cut(id)}`)]);
      }
      const asked = {
        url: readText(query, 'url'),
        credentials: request.bytes.length === 0 ? undefined : readTestCredentials(readBody(request.bytes)),
        tlsVerify:
          query['sslVerificationRequired'] === undefined
            ? undefined
            : readFlag(query, 'sslVerificationRequired'),
        webhook,
      };
      return { body: await testConnection(parts.test, request.caller, asked) };
    },
  };
}

function tenantOf(request: FastifyRequest): string {
  return request.caller.principal.tenantId;
}

function refuse(refusal: Error): never {
  throw refusal;
}
