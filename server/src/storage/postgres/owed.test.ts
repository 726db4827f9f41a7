// What is asked for again while its event or its webhook is removed is not made: nobody waits for a delivery that nothing would deliver.

import { Client } from 'pg';
import { expect, test } from 'vitest';
import { database, openOwnStore, store } from '../../../test/postgres/own-store.ts';
import type { ScheduledDelivery } from '../../domain/delivery.ts';
import { aChange, aDelivery, anEntry, anEvent, aWebhook, now, routed, tenantId } from '../contract/given.ts';
import { aReplay } from '../contract/replays.ts';

openOwnStore();

test.each([
  {
    by: 'a redelivery',
    ask: (again: ScheduledDelivery) => store.addDeliveries([again], aChange()),
    answer: 'event_gone',
  },
  {
    by: 'many retries at once',
    ask: (again: ScheduledDelivery) => store.retryNow(tenantId, [], [again], now, aChange()),
    answer: { hastened: [], added: [] },
  },
])('$by that meets the purge of its event adds nothing', async ({ ask, answer }) => {
  const event = anEvent();
  await store.publish(anEntry([routed(event, [])]));
  const again = aDelivery(event, aWebhook());

  const purging = new Client({ connectionString: database.url });
  await purging.connect();
  await purging.query('BEGIN; LOCK TABLE deliveries_waiting IN SHARE MODE');
  await purging.query('DELETE FROM events WHERE id = $1', [event.id]);
  const asked = ask(again);
  await database.lockAwaited();
  await purging.query('COMMIT');
  await purging.end();

  expect(await asked).toEqual(answer);
  expect(await store.getDelivery(tenantId, again.id)).toBeUndefined();
});

test('a step of a replay that meets the deletion of its webhook adds nothing', async () => {
  const webhook = await store.createWebhook(aWebhook(), { kind: 'none' }, aChange());
  const event = anEvent();
  await store.publish(anEntry([routed(event, [])]));
  await store.createReplay(aReplay(), new Map([[webhook.id, null]]), aChange());
  const [part] = await store.runningParts(null, 1);
  const again = aDelivery(event, webhook);

  const deleting = new Client({ connectionString: database.url });
  await deleting.connect();
  await deleting.query('BEGIN');
  await deleting.query('DELETE FROM webhooks WHERE id = $1', [webhook.id]);
  const stepped = store.stepReplay(part!, { deliveries: [again], cursor: null, over: true }, now);
  await database.lockAwaited();
  await deleting.query('COMMIT');
  await deleting.end();

  expect(await stepped).toEqual({ made: 0, skipped: 1, completed: true });
  expect(await store.getDelivery(tenantId, again.id)).toBeUndefined();
});
