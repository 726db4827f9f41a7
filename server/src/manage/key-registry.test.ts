// The public keys of all webhooks, in memory.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { controlPlane, type ControlPlane } from '../../test/control-plane.ts';
import { newTestPair, signingBy } from '../../test/signing-samples.ts';
import { dayMs } from '../domain/clock.ts';
import type { Signing } from '../domain/webhook.ts';
import { startKeyRegistry, type KeyRegistry } from './key-registry.ts';

let plane: ControlPlane;
const started: KeyRegistry[] = [];

beforeEach(async () => {
  plane = await controlPlane();
});
afterEach(async () => {
  for (const registry of started.splice(0)) registry.stop();
  await plane[Symbol.asyncDispose]();
});

async function start(): Promise<KeyRegistry> {
  const registry = await startKeyRegistry(plane.store);
  started.push(registry);
  return registry;
}

function create(signing: Signing) {
  return plane.webhooks.create(plane.admin, plane.webhookDraft({ signing }), { kind: 'none' });
}

const kidsIn = (registry: KeyRegistry, at = plane.clock.wall()) =>
  registry.publicKeys(at).map(({ kid }) => kid);

test('it knows the keys that were there when it started, and those that came since', async () => {
  const [before, after] = [signingBy('ed25519'), signingBy('ecdsa-p256-sha256')];
  await create(before);
  const registry = await start();
  await create(after);
  const ids = [before, after].map(({ keys: [key] }) => ('id' in key ? key.id : ''));
  expect(kidsIn(registry)).toEqual(ids);
  expect(kidsIn(await start())).toEqual(ids);
});

test('secrets that receivers share are in no document, and private halves neither', async () => {
  await create(signingBy('hmac-sha256'));
  await create({ scheme: 'none' });
  await create(plane.newSigning());
  const registry = await start();
  expect(registry.publicKeys(plane.clock.wall())).toEqual([]);
  for (const algorithm of ['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512'] as const) {
    await create(signingBy(algorithm));
  }
  for (const jwk of registry.publicKeys(plane.clock.wall())) {
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(jwk).not.toHaveProperty(secret);
  }
});

test('a new key is known at once, an old one until 24 hours after it expired', async () => {
  const registry = await start();
  const { id } = await create(signingBy('ed25519'));
  const [old] = kidsIn(registry);
  await plane.webhooks.rotateSecret(plane.admin, id, { graceMs: dayMs });
  const now = plane.clock.wall();
  expect(kidsIn(registry, now)).toHaveLength(2);
  expect(kidsIn(registry, now)).toContain(old);
  expect(kidsIn(registry, now + 2 * dayMs - 1)).toContain(old);
  expect(kidsIn(registry, now + 2 * dayMs)).toHaveLength(1);
  expect(kidsIn(registry, now + 2 * dayMs)).not.toContain(old);
});

test('the keys of a deleted webhook are gone, and of one that signs otherwise from now on', async () => {
  const registry = await start();
  const deleted = await create(signingBy('ed25519'));
  const changed = await create(signingBy('ed25519'));
  await plane.webhooks.remove(plane.admin, deleted.id);
  expect(kidsIn(registry)).toHaveLength(1);
  const other = plane.newSigning();
  await plane.webhooks.update(plane.admin, changed.id, (webhook) => ({ ...webhook, signing: other }));
  expect(kidsIn(registry)).toEqual([]);
});

test('one webhook, or one key, may be asked for', async () => {
  const registry = await start();
  const pair = newTestPair('ed25519');
  const signing: Signing = { scheme: 'http-message-signature', algorithm: 'ed25519', keys: [pair] };
  const one = await create(signing);
  const other = await create(signingBy('ed25519'));
  const asked = (only: Parameters<KeyRegistry['publicKeys']>[1]) =>
    registry.publicKeys(plane.clock.wall(), only).map(({ kid }) => kid);
  expect(asked({ webhook: one.id })).toEqual([pair.id]);
  expect(asked({ kid: pair.id })).toEqual([pair.id]);
  expect(asked({ webhook: one.id, kid: pair.id })).toEqual([pair.id]);
  expect(asked({ webhook: other.id, kid: pair.id })).toEqual([]);
  expect(asked({ kid: 'unknown' })).toEqual([]);
  expect(asked({ webhook: 'unknown' })).toEqual([]);
});

test('what changes while the webhooks are read is newer than what is read', async () => {
  const gone = await create(signingBy('ed25519'));
  const registry = await startKeyRegistry({
    onWebhookChange: (listener) => plane.store.onWebhookChange(listener),
    async *allWebhooks() {
      for await (const batch of plane.store.allWebhooks()) {
        await plane.webhooks.remove(plane.admin, gone.id);
        yield batch;
      }
    },
  });
  started.push(registry);
  expect(kidsIn(registry)).toEqual([]);
});
