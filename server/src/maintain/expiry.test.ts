import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { controlPlane, type ControlPlane } from '../../test/control-plane.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../domain/clock.ts';
import type { Webhook } from '../domain/webhook.ts';
import { watchExpiry } from './expiry.ts';

let plane: ControlPlane;
let clockIsRight = true;
let watches: { stop(): void }[] = [];
beforeEach(async () => {
  clockIsRight = true;
  plane = await controlPlane();
});
afterEach(async () => {
  watches.forEach((watch) => watch.stop());
  watches = [];
  await plane[Symbol.asyncDispose]();
});

async function watching(): Promise<void> {
  watches.push(
    await watchExpiry({
      ...plane,
      clockIsRight: async () => clockIsRight,
      expire: (tenantId, id) => plane.webhooks.expire(tenantId, id),
    }),
  );
}

function expiringIn(afterMs: number): Promise<Webhook> {
  const expiry = { afterMs, at: plane.clock.wall() + afterMs };
  return plane.webhooks.create(plane.admin, plane.webhookDraft({ expiry }), { kind: 'none' });
}

const stateOf = async ({ id }: Webhook) => (await plane.webhooks.get(plane.tenantId, id)).state;

test('a webhook is disabled when its time is over, not before, and the audit log tells it', async () => {
  await watching();
  const webhook = await expiringIn(dayMs);
  await plane.clock.advance(dayMs - 1);
  expect(await stateOf(webhook)).toEqual({ kind: 'active' });
  await plane.clock.advance(1);
  await vi.waitFor(async () =>
    expect(await stateOf(webhook)).toEqual({
      kind: 'disabled',
      reason: 'expired',
      since: plane.clock.wall(),
    }),
  );
  expect((await plane.auditLog())[0]).toMatchObject({
    action: 'webhook.disabled',
    actor: { kind: 'system' },
  });
  expect(plane.signals).toContainEqual(
    expect.objectContaining({ kind: 'webhook.disabled', webhookId: webhook.id, reason: 'expired' }),
  );
});

test('what expired while no server ran is disabled before the watch begins', async () => {
  const webhook = await expiringIn(hourMs);
  await plane.clock.advance(dayMs);
  await watching();
  expect(await stateOf(webhook)).toMatchObject({ kind: 'disabled', reason: 'expired' });
});

test('a webhook that becomes active again has its whole time before it', async () => {
  await watching();
  const { id } = await expiringIn(dayMs);
  await plane.clock.advance(dayMs);
  await vi.waitFor(async () =>
    expect((await plane.webhooks.get(plane.tenantId, id)).state.kind).toBe('disabled'),
  );
  await plane.clock.advance(hourMs);
  const resumed = await plane.webhooks.resume(plane.admin, id);
  expect(resumed).toMatchObject({
    state: { kind: 'active' },
    expiry: { afterMs: dayMs, at: plane.clock.wall() + dayMs },
  });
  await plane.clock.advance(dayMs);
  await vi.waitFor(async () => expect(await stateOf(resumed)).toMatchObject({ reason: 'expired' }));
});

test('a wall clock that is set forward is noticed within a minute', async () => {
  await watching();
  const webhook = await expiringIn(10 * dayMs);
  plane.clock.setWall(plane.clock.wall() + 11 * dayMs);
  await plane.clock.advance(minuteMs);
  await vi.waitFor(async () => expect(await stateOf(webhook)).toMatchObject({ reason: 'expired' }));
});

test('nothing expires by a wall clock that is wrong, and what is over does once it is right', async () => {
  await watching();
  const webhook = await expiringIn(dayMs);
  clockIsRight = false;
  await plane.clock.advance(dayMs + hourMs);
  expect(await stateOf(webhook)).toEqual({ kind: 'active' });
  clockIsRight = true;
  await plane.clock.advance(minuteMs);
  await vi.waitFor(async () => expect(await stateOf(webhook)).toMatchObject({ reason: 'expired' }));
});

test('while the store fails it is tried again, and told', async () => {
  await watching();
  const webhook = await expiringIn(hourMs);
  vi.spyOn(plane.store, 'updateWebhook').mockRejectedValueOnce(new Error('no disk'));
  await plane.clock.advance(hourMs);
  await vi.waitFor(() =>
    expect(plane.signals).toContainEqual(
      expect.objectContaining({ kind: 'store.failed', operation: 'expire' }),
    ),
  );
  await vi.waitFor(async () => {
    await plane.clock.advance(secondMs);
    expect(await stateOf(webhook)).toMatchObject({ reason: 'expired' });
  });
});

test('a webhook whose time was changed or taken away is left alone', async () => {
  await watching();
  const one = await expiringIn(hourMs);
  const other = await expiringIn(hourMs);
  await plane.webhooks.update(plane.admin, one.id, (current) => ({ ...current, expiry: null }));
  const later = { afterMs: dayMs, at: plane.clock.wall() + dayMs };
  await plane.webhooks.update(plane.admin, other.id, (current) => ({ ...current, expiry: later }));
  await plane.clock.advance(hourMs + minuteMs);
  expect([await stateOf(one), await stateOf(other)]).toEqual([{ kind: 'active' }, { kind: 'active' }]);
});
