// The Confluence dialect on a real store, control plane, server and address guard, in the test's own process.
//
//   await using confluence = await startConfluence();
//   const { status, body } = await confluence.call('POST', '/rest/api/webhooks', { name: … });

import { makeAccess } from '../../src/app/access.ts';
import { lay, type Foundation } from '../../src/app/foundation.ts';
import { parseCidrs } from '../../src/deliver/egress/policy-settings.ts';
import { closedPolicy } from '../../src/deliver/egress/policy.ts';
import { makeJudgeTarget } from '../../src/deliver/egress/target-rules.ts';
import { makeSend } from '../../src/deliver/send.ts';
import { makeConfluenceDialect, type ConfluenceSettings } from '../../src/dialects/confluence/confluence.ts';
import { defaultUserAgent } from '../../src/dialects/confluence/format.ts';
import type { Caller, Permission } from '../../src/domain/access.ts';
import type { Ids } from '../../src/domain/id.ts';
import type { Dialect } from '../../src/api/dialect.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Signal } from '../../src/domain/signal.ts';
import { bootstrap } from '../../src/manage/bootstrap.ts';
import { makeWebhooks, type Webhooks } from '../../src/manage/webhooks.ts';
import { openSqliteInline } from '../../src/storage/sqlite/open.ts';
import { administratorOf, serverWith } from '../dialect-server.ts';
import { seededRandom, testClock, type TestClock } from '../test-clock.ts';

type Headers = Readonly<Record<string, string>>;

type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Undefined for an answer without a body. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of any shape
  readonly body: any;
};

export interface ConfluenceServer extends AsyncDisposable {
  readonly clock: TestClock;
  readonly store: Foundation['store'];
  readonly webhooks: Webhooks;
  readonly dialect: Dialect;
  /** The administrator. */
  readonly caller: Caller;
  readonly signals: readonly Signal[];
  /** How often a change reset a breaker. */
  readonly resets: readonly string[];
  readonly ids: Ids;
  /** The administrator's API key. */
  readonly token: string;
  /** A new API key with these permissions. */
  apiKey(permissions: readonly Permission[]): Promise<string>;
  /** As the administrator unless `headers` say otherwise. An object is sent as JSON, text as it is without a content type. */
  call(method: string, url: string, body?: object | string, headers?: Headers): Promise<Answer>;
}

const token = 'administrator-of-the-tests';
export const username = 'admin';
export const password = 'password-of-the-tests';

export async function startConfluence(changes: Partial<ConfluenceSettings> = {}): Promise<ConfluenceServer> {
  const clock = testClock();
  const signals: Signal[] = [];
  const resets: string[] = [];
  const store = openSqliteInline({ path: ':memory:', masterKey: Buffer.alloc(32, 7) });
  const emit = (signal: Signal) => void signals.push(signal);
  const foundation = lay({ clock, random: seededRandom(1), store, emit });
  const access = makeAccess(foundation, {
    accessTokenKey: Buffer.alloc(32, 5),
    sessionKey: Buffer.alloc(32, 6),
  });
  await bootstrap(
    { ...foundation, passwords: access.passwords },
    { username, email: null, password: new Secret(password), token: new Secret(token) },
  );

  const loopback = parseCidrs('127.0.0.0/8');
  const policy = { ...closedPolicy, cidrs: loopback.ok ? loopback.value : [] };
  const sender = makeSend({
    policy: () => policy,
    listening: () => ({ ports: [], publicHost: null }),
    clock,
    emit,
  });
  const webhooks = makeWebhooks({
    ...foundation,
    resetBreaker: async (id) => void resets.push(id),
    limitsOf: () => undefined,
    handOver: () => {},
  });
  const dialect = makeConfluenceDialect({
    ...foundation,
    ...access,
    webhooks,
    judgeTarget: makeJudgeTarget(() => policy),
    ping: (request, options) => sender.send(request, options, new AbortController().signal),
    settings: {
      shapes: 'observed',
      maskSecret: false,
      contextPath: '/confluence',
      publicUrl: null,
      userAgent: defaultUserAgent,
      profile: 'durable',
      ...changes,
    },
  });
  const server = serverWith(dialect, access.authenticate, foundation);

  const tenant = await store.getTenantByName('default');
  const caller = administratorOf(tenant!.id);

  return {
    clock,
    store,
    webhooks,
    dialect,
    caller,
    signals,
    resets,
    ids: foundation.ids,
    token,
    async apiKey(permissions) {
      const draft = { name: 'test', permissions, expiresAt: null };
      return (await access.apiKeys.create(caller, caller.principal.tenantId, draft)).token.reveal();
    },
    async call(method, url, body, headers = { authorization: `Bearer ${token}` }) {
      const isJson = typeof body === 'object';
      const response = await server.app.inject({
        method: method as 'GET',
        url,
        headers: { host: 'host:8090', ...(isJson && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { payload: isJson ? JSON.stringify(body) : body }),
      });
      return {
        status: response.statusCode,
        headers: response.headers,
        text: response.payload,
        body: response.payload === '' ? undefined : (JSON.parse(response.payload) as unknown),
      };
    },
    async [Symbol.asyncDispose]() {
      await server.close(0);
      await sender.close();
      await store.close();
    },
  };
}
