// A webhook that gets another URL while a request to the old one is under way.

import { expect, test } from 'vitest';
import { secondMs } from '../../src/domain/clock.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { failure, ok, running } from './running.ts';

const gone: Outcome = { kind: 'failure', status: 410 };

test.each([
  ['says that it is gone for good', gone],
  ['fails', failure],
])('the old one %s: that counts for nothing, and the new one gets the delivery', async (_, answer) => {
  const { create, publish, clock, engine, statesOf, store, webhooks, caller, world } = await running(
    () => ok,
  );
  const webhook = await create({ verification: null });
  let end!: (outcome: Outcome) => void;
  world.receive = () => new Promise((resolve) => (end = resolve));
  const eventId = await publish();
  await clock.advance(1);
  await webhooks.update(caller, webhook.id, (current) => ({
    ...current,
    endpoint: { ...current.endpoint, url: 'https://elsewhere.example/' },
  }));
  world.receive = () => ok;
  end(answer);
  await clock.settle();
  expect(engine.health(webhook.id).failing).toBeNull();
  expect((await store.getWebhook('tnt_1', webhook.id))!.state).toEqual({ kind: 'active' });
  await clock.advance(90 * secondMs);
  expect(await statesOf(eventId)).toMatchObject([{ kind: 'delivered' }]);
});
