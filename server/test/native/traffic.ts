// The native API with webhooks whose deliveries were attempted, as the engine would have recorded it.

import type { Attempt } from '../../src/domain/attempt.ts';
import { noBreaker } from '../../src/domain/circuit-breaker.ts';
import type { Delivery } from '../../src/domain/delivery.ts';
import { afterOutcome, healthy } from '../../src/domain/webhook-health.ts';
import { startNative, type NativeServer } from './native-server.ts';

export type Traffic = NativeServer & {
  /** A new webhook that gets events of the type `a.NAME`; answers its id. */
  readonly webhook: (name: string) => Promise<string>;
  /** Publishes an event to the webhook and records its first attempt; answers the delivery's id. */
  readonly recorded: (webhookId: string, outcome: Attempt['outcome']) => Promise<string>;
};

export async function givenTraffic(): Promise<Traffic> {
  const native = await startNative();
  const types = new Map<string, string>();
  return Object.assign(native, {
    async webhook(name: string) {
      const type = `a.${name.toLowerCase()}`;
      const draft = { name, url: 'https://example.com/hooks', eventTypes: [type] };
      const { body } = await native.call('POST', '/api/v1/webhooks', draft);
      types.set(body.id, type);
      return body.id as string;
    },
    async recorded(webhookId: string, outcome: Attempt['outcome']) {
      await native.call('POST', '/api/v1/events', { type: types.get(webhookId)!, data: {} });
      const before = native.handedOver.at(-1)!.delivery;
      const now = native.clock.wall();
      const isOver = outcome.kind === 'success';
      const state = isOver ? { kind: 'delivered', at: now } : { kind: 'scheduled', dueAt: now + 9 };
      const after = { ...before, attempts: 1, state } as Delivery;
      const attempt: Attempt = {
        id: before.id.replace('dlv_', 'att_'),
        tenantId: before.tenantId,
        deliveryId: before.id,
        webhookId,
        eventType: before.eventType,
        number: 1,
        startedAt: now,
        durationMs: 12,
        outcome,
        request: { method: 'POST', url: 'https://example.com/hooks', headers: {} },
        response: null,
        timing: {},
      };
      const policy = { breaker: noBreaker, disablesFailing: null, disablesGone: false };
      const ended = { deliveryId: before.id, startedAt: now, outcome, exhausted: false };
      const { health } = afterOutcome(healthy, policy, ended, now);
      const results = [{ before, after, attempt, lastExchange: null }];
      await native.store.record({ results, health: new Map([[webhookId, health]]) });
      return before.id;
    },
  });
}
