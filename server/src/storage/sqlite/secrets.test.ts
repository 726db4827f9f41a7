// SEC-03: secrets at rest are sealed, each bound to its place.

import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import { headerTexts, ownHeaders, ownKeys, secretsAreReadable, type Webhook } from '../../domain/webhook.ts';
import { noPolicies } from '../../domain/webhook-policy.ts';
import { aChange, aPolicy, aWebhook, tenantId } from '../contract/given.ts';
import { makeSealer } from '../seal.ts';
import type { Store } from '../store.ts';
import { openSqliteInline } from './open.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const masterKey = new Uint8Array(32).fill(9);
const password = 'hunter2-hunter2';
const headerValue = 'Bearer topsecret-header';
const signingKey = 'whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ=';
const policyKey = {
  id: 'k1',
  algorithm: 'es256',
  publicKeyPem: 'public',
  createdAt: 1,
  retiredAt: null,
} as const;
const privateKey = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----\n';

function withSecrets(): Webhook {
  const { endpoint } = aWebhook();
  return aWebhook({
    endpoint: {
      ...endpoint,
      headers: ownHeaders({ 'x-receiver-key': headerValue }),
      credentials: { username: 'me', password: new Secret(password) },
    },
    signing: {
      scheme: 'hub-signature',
      keys: [{ secret: new Secret(signingKey), createdAt: 1, expiresAt: null }],
    },
  });
}

function withPrivateKey() {
  return aPolicy({ keys: [{ ...policyKey, secret: new Secret(privateKey) }] });
}

async function created(store: Store): Promise<Webhook> {
  return store.createWebhook(withSecrets(), { kind: 'none' }, aChange());
}

function secretsOf(webhook: Webhook): readonly Secret[] {
  const { credentials } = webhook.endpoint;
  return [credentials!.password, ...ownKeys(webhook.signing).map((key) => key.secret)];
}

describe('SEC-03', () => {
  test('no file of the store has a secret in it', async () => {
    const directory = join(temporaryDirectory(), 'data');
    mkdirSync(directory);
    const store = openSqliteInline({ path: join(directory, 'posthorn.db'), masterKey });
    const webhook = await created(store);
    await store.updateWebhook({ ...webhook, name: 'Renamed' }, 1, aChange());
    const policy = await store.createPolicy(withPrivateKey(), aChange());
    await store.updatePolicy({ ...policy, audience: 'renamed' }, 1, aChange());
    const look = () => {
      for (const name of readdirSync(directory)) {
        const content = readFileSync(join(directory, name)).toString('latin1');
        for (const secret of [password, headerValue, signingKey, ...privateKey.split('\n', 2)])
          expect(content.includes(secret)).toBe(false);
      }
    };
    look();
    await store.close();
    look();
  });

  test('a private key that was moved from another row, or to another key, is unreadable', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    const store = openSqliteInline({ path, masterKey });
    const [a, b] = [1, 2].map(() => withPrivateKey());
    for (const policy of [a!, b!]) await store.createPolicy(policy, aChange());
    const readable = async () => {
      const policies = await Promise.all([a!, b!].map(({ id }) => store.getPolicy(tenantId, id)));
      return policies.map((policy) => policy!.keys[0].secret.readable);
    };
    expect(await readable()).toEqual([true, true]);
    const connection = new BetterSqlite3(path);
    const keys = connection.prepare('SELECT keys FROM webhook_policies WHERE id = ?').pluck().get(b!.id);
    connection.prepare('UPDATE webhook_policies SET keys = ? WHERE id = ?').run(keys, a!.id);
    expect(await readable()).toEqual([false, true]);
    connection
      .prepare(`UPDATE webhook_policies SET keys = json_replace(keys, '$[0].id', 'k2') WHERE id = ?`)
      .run(b!.id);
    connection.close();
    expect(await readable()).toEqual([false, false]);
    await store.close();
  });

  test('a header whose value was moved from another row is unreadable, and no request is made without it', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    const store = openSqliteInline({ path, masterKey });
    const [a, b] = [await created(store), await created(store)];
    const connection = new BetterSqlite3(path);
    const definition = connection.prepare('SELECT definition FROM webhooks WHERE id = ?').pluck().get(b.id);
    connection.prepare('UPDATE webhooks SET definition = ? WHERE id = ?').run(definition, a.id);
    connection.close();

    const [moved, own] = [await store.getWebhook(tenantId, a.id), await store.getWebhook(tenantId, b.id)];
    const endpoint = { ...moved!.endpoint, credentials: null };
    expect(secretsAreReadable({ scheme: 'none' }, endpoint, noPolicies)).toBe(false);
    expect(headerTexts(moved!.endpoint.headers)).toEqual({});
    expect(headerTexts(own!.endpoint.headers)).toEqual({ 'x-receiver-key': headerValue });
    await store.close();
  });

  const damages: [string, (connection: BetterSqlite3.Database, a: string, b: string) => void][] = [
    [
      "another row's envelope",
      (connection, a, b) =>
        connection
          .prepare(
            'UPDATE webhooks SET (password, signing_keys) = (SELECT password, signing_keys FROM webhooks WHERE id = ?) WHERE id = ?',
          )
          .run(b, a),
    ],
    [
      'a flipped bit',
      (connection, a) =>
        connection
          .prepare(
            `UPDATE webhooks SET password = substr(password, 1, 40) || CASE substr(password, 41, 1) WHEN 'A' THEN 'B' ELSE 'A' END || substr(password, 42),
             signing_keys = json_replace(signing_keys, '$[0].secret',
               replace(signing_keys ->> '$[0].secret', substr(signing_keys ->> '$[0].secret', 35, 6), 'AAAAAA')) WHERE id = ?`,
          )
          .run(a),
    ],
    [
      'the id of another key',
      (connection, a) =>
        connection
          .prepare(
            `UPDATE webhooks SET password = 'v1.00000000.' || substr(password, 13),
             signing_keys = json_replace(signing_keys, '$[0].secret', 'v1.00000000.' || substr(signing_keys ->> '$[0].secret', 13)) WHERE id = ?`,
          )
          .run(a),
    ],
    [
      'garbage',
      (connection, a) =>
        connection
          .prepare(
            "UPDATE webhooks SET password = 'x', signing_keys = json_replace(signing_keys, '$[0].secret', '') WHERE id = ?",
          )
          .run(a),
    ],
  ];

  test.each(damages)(
    '%s is unreadable, other webhooks are not, and nothing throws',
    async (_name, damage) => {
      const path = join(temporaryDirectory(), 'posthorn.db');
      const store = openSqliteInline({ path, masterKey });
      const [a, b] = [await created(store), await created(store)];
      const connection = new BetterSqlite3(path);
      damage(connection, a.id, b.id);
      connection.close();

      const damaged = (await store.getWebhook(tenantId, a.id))!;
      expect(secretsOf(damaged).map(({ readable }) => readable)).toEqual([false, false]);
      expect(secretsOf((await store.getWebhook(tenantId, b.id))!).map((secret) => secret.reveal())).toEqual([
        password,
        signingKey,
      ]);
      await store.close();
    },
  );

  test('a change of something else keeps an unreadable secret as it was, for the day its key is back', async () => {
    const path = join(temporaryDirectory(), 'posthorn.db');
    const store = openSqliteInline({ path, masterKey });
    const webhook = await created(store);
    await store.close();
    const otherKey = openSqliteInline({ path, masterKey: new Uint8Array(32) });
    const unread = (await otherKey.getWebhook(tenantId, webhook.id))!;
    expect(await otherKey.updateWebhook({ ...unread, name: 'Renamed' }, 1, aChange())).toMatchObject({
      version: 2,
    });
    await otherKey.close();
    const again = openSqliteInline({ path, masterKey });
    const read = (await again.getWebhook(tenantId, webhook.id))!;
    expect(read.name).toBe('Renamed');
    expect(secretsOf(read).map((secret) => secret.reveal())).toEqual([password, signingKey]);
    await again.close();
  });
});

describe('an envelope', () => {
  const sealer = makeSealer(masterKey);
  const place = { table: 'webhooks', id: 'wh_1', column: 'password' };

  test('names its version and key, and is another each time', () => {
    const [one, two] = [1, 2].map(() => sealer.seal(new Secret('s'), place));
    expect(one).toMatch(new RegExp(`^v1\\.${sealer.keyId}\\.[\\w-]{16}\\.[\\w-]+$`));
    expect(sealer.keyId).toMatch(/^[0-9a-f]{8}$/);
    expect(one).not.toBe(two);
  });

  test.each([
    { ...place, table: 'users' },
    { ...place, id: 'wh_2' },
    { ...place, column: 'signing_keys' },
  ])('opens at its own place only, not at %o', (other) => {
    const envelope = sealer.seal(new Secret('påss'), place);
    expect(sealer.open(envelope, place).reveal()).toBe('påss');
    expect(sealer.open(envelope, other).readable).toBe(false);
  });

  test('opens with its own key only, and after no change of any of its characters', () => {
    const envelope = sealer.seal(new Secret('s'), place);
    expect(makeSealer(new Uint8Array(32)).open(envelope, place).readable).toBe(false);
    for (let at = 0; at < envelope.length - 1; at++) {
      const other = envelope[at] === 'A' ? 'B' : 'A';
      const changed = envelope.slice(0, at) + other + envelope.slice(at + 1);
      expect(sealer.open(changed, place).readable).toBe(false);
    }
    for (const cut of ['', 'v1', envelope.slice(0, 30), `${envelope}.x`]) {
      expect(sealer.open(cut, place).readable).toBe(false);
    }
  });
});
