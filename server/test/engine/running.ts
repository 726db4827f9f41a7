// The control plane and the engine on one store, with a test clock and a receiver that answers as told.

import { noPolicies } from '../../src/domain/webhook-policy.ts';
import type { Engine, Shared } from '../../src/deliver/engine-port.ts';
import { makeEngine } from '../../src/deliver/engine.ts';
import { makeCancel } from '../../src/deliver/cancel.ts';
import { makeRedeliver } from '../../src/deliver/redeliver.ts';
import { makeSendTestMessage, makeTryTestMessage } from '../../src/deliver/test-message.ts';
import type { Caller } from '../../src/domain/access.ts';
import type { DeliveryState } from '../../src/domain/delivery.ts';
import { durableRules, type DeliveryRules } from '../../src/domain/delivery-rules.ts';
import type { EventContext } from '../../src/domain/event.ts';
import type { WebhookChange } from '../../src/domain/follow.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import type { Format } from '../../src/domain/outgoing-request.ts';
import type { Signal } from '../../src/domain/signal.ts';
import { askedNow } from '../../src/domain/verification.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { makeAudit } from '../../src/manage/audit.ts';
import { makeWebhooks, type WebhookDraft } from '../../src/manage/webhooks.ts';
import { makePublish } from '../../src/publish/publish.ts';
import { startSubscriptions } from '../../src/publish/subscriptions.ts';
import { openSqliteInline, type InlineStore } from '../../src/storage/sqlite/open.ts';
import { makeIds } from '../../src/domain/id.ts';
import { sampleWebhook } from '../sample-webhook.ts';
import { seededRandom, testClock, type TestClock } from '../test-clock.ts';

export const ok: Outcome = { kind: 'success', status: 200 };
export const failure: Outcome = { kind: 'failure', status: 500 };

const caller: Caller = {
  principal: { kind: 'user', id: 'usr_1', name: 'Ada', tenantId: 'tnt_1', permissions: new Set() },
  address: null,
};

export type Sent = {
  readonly webhookId: string;
  readonly eventId: string;
  readonly type: string;
  readonly attempt: number;
  readonly at: number;
};
type Receive = (sent: Sent) => Outcome | Promise<Outcome>;

export async function running(
  receive: Receive,
  given: {
    rules?: Partial<DeliveryRules>;
    store?: InlineStore;
    clock?: TestClock;
    seed?: number;
    shared?: Shared;
  } = {},
) {
  const clock = given.clock ?? testClock();
  const store = given.store ?? openSqliteInline({ path: ':memory:', masterKey: new Uint8Array(32) });
  const random = seededRandom(given.seed ?? 1);
  const ids = makeIds(clock, random);
  const signals: Signal[] = [];
  const sent: Sent[] = [];
  const emit = (signal: Signal) => void signals.push(signal);
  const world = { receive, rules: given.rules ?? {}, hearsLate: false };
  const unheard = new Map<string, WebhookChange>();
  const rulesOf = (webhook: Webhook, schedule: readonly number[]): DeliveryRules => ({
    ...durableRules(webhook, schedule),
    ...world.rules,
  });
  const foundation = { store, clock, random, ids, emit, audit: makeAudit({ clock, ids }) };
  const engine = makeEngine({
    ...foundation,
    policyOf: noPolicies,
    formats: { native: format, confluence: undefined, xurrent: undefined, entrust: undefined },
    rules: { native: rulesOf, confluence: undefined, xurrent: undefined, entrust: undefined },
    keepsLastExchange: () => true,
    marks: { begun: () => undefined, unmark: () => undefined },
    schedule: [60_000, 120_000, 240_000],
    inFlightMax: 100,
    heldBytesMax: 1_000_000,
    onBroken: () => undefined,
    ...(given.shared === undefined ? {} : { shared: given.shared }),
    disable: (...args) => webhooks.disable(...args),
    async send(request) {
      const each = JSON.parse(request.headers['x-sent']!) as Omit<Sent, 'at'>;
      const arrived = { ...each, at: clock.now() };
      sent.push(arrived);
      const startedMs = clock.monotonicMs();
      const outcome = await world.receive(arrived);
      return { outcome, response: null, timing: {}, durationMs: clock.monotonicMs() - startedMs };
    },
  });
  const handOver: Engine['handOver'] = (fresh) => engine.handOver(fresh);
  const webhooks = makeWebhooks({
    ...foundation,
    resetBreaker: (id) => engine.resetBreaker(id),
    handOver,
    limitsOf: () => undefined,
  });
  const skips = (webhook: Webhook) => rulesOf(webhook, []).whenUnverified === 'skip';
  const subscriptions = await startSubscriptions(store, skips);
  const publishing = makePublish({ ...foundation, subscriptions, handOver });
  store.onWebhookChange((change) => {
    if (world.hearsLate) unheard.set(change.id, change);
    else engine.webhookChanged(change.id, change.webhook);
  });
  await engine.start(store.allWebhooks());

  return {
    clock,
    store,
    engine,
    webhooks,
    signals,
    sent,
    world,
    caller,
    sendTest: makeSendTestMessage({ ...foundation, engine: () => engine }),
    tryTest: makeTryTestMessage({ ...foundation, engine: () => engine }),
    cancel: makeCancel({ ...foundation, forget: (...which) => engine.forget(...which) }),
    redeliver: makeRedeliver({ ...foundation, probe: (id) => engine.probe(id) }),

    /** A webhook that asks for verification as it is created, unless told otherwise. */
    create: async (more: Partial<WebhookDraft> = {}): Promise<Webhook> => {
      const verification = askedNow(ids.next('evt'), clock.wall());
      const { id: _, ...draft } = sampleWebhook({ verification, ...more });
      return webhooks.create(caller, draft, { kind: 'none' });
    },

    /** The engine hears what became of each webhook while `hearsLate` was set: how it is now, whatever it was meanwhile. */
    hearChanges: (): void => {
      world.hearsLate = false;
      for (const { id, webhook } of unheard.values()) engine.webhookChanged(id, webhook);
      unheard.clear();
    },

    /** Publishes one event; answers its id. */
    publish: async (type = 'order.paid', context: EventContext = {}): Promise<string> => {
      const submission = {
        type,
        occurredAt: null,
        data: new TextEncoder().encode('{}'),
        context,
        bodyHash: () => '',
        idPointer: '/id',
      };
      return (await publishing(caller, [submission], null)).accepted[0]!.eventId;
    },

    /** What became of an event's deliveries, first to last. */
    statesOf: async (eventId: string): Promise<DeliveryState[]> => {
      const page = { limit: 100, after: null, before: null };
      const { rows } = await store.listDeliveries('tnt_1', { eventId }, page);
      return rows.map(({ delivery }) => delivery.state).toReversed();
    },
  };
}

export function messageOf({ verification }: Webhook): string {
  if (verification?.kind !== 'pending') throw new Error('the webhook asks for nothing');
  return verification.messageId;
}

const format: Format = ({ event, webhook }, { number }) => {
  const sent = { webhookId: webhook.id, eventId: event.id, type: event.type, attempt: number };
  return {
    method: 'POST',
    url: webhook.endpoint.url,
    headers: { 'x-sent': JSON.stringify(sent) },
    body: event.data,
  };
};
