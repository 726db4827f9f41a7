// A dialect on a real store, control plane, server and engine, in the test's own process and on a test clock. What it sends
// is kept, and ends as the test says.

import type { Dialect } from '../src/api/dialect.ts';
import { makeAccess } from '../src/app/access.ts';
import { byDialect } from '../src/app/by-dialect.ts';
import { lay, type Foundation } from '../src/app/foundation.ts';
import { followTenants } from '../src/app/tenants.ts';
import { parseCidrs } from '../src/deliver/egress/policy-settings.ts';
import { closedPolicy } from '../src/deliver/egress/policy.ts';
import { makeJudgeTarget } from '../src/deliver/egress/target-rules.ts';
import type { Engine } from '../src/deliver/engine-port.ts';
import { makeEngine } from '../src/deliver/engine.ts';
import { makeRedeliver, type Redeliver } from '../src/deliver/redeliver.ts';
import {
  makeSendTestMessage,
  makeTryTestMessage,
  type SendTestMessage,
  type TryTestMessage,
} from '../src/deliver/test-message.ts';
import { administratorRoleId, allPermissions, type Caller, type Permission } from '../src/domain/access.ts';
import type { EventContext } from '../src/domain/event.ts';
import type { OutgoingRequest } from '../src/domain/outgoing-request.ts';
import type { Outcome } from '../src/domain/outcome.ts';
import { defaultRetrySchedule } from '../src/domain/retry-schedule.ts';
import { Secret } from '../src/domain/secret.ts';
import type { Signal } from '../src/domain/signal.ts';
import type { JudgeTarget } from '../src/domain/target.ts';
import type { Tenant } from '../src/domain/tenant.ts';
import { watchExpiry } from '../src/maintain/expiry.ts';
import type { Webhook, WebhookId } from '../src/domain/webhook.ts';
import { bootstrap } from '../src/manage/bootstrap.ts';
import { startPolicyRegistry, type PolicyRegistry } from '../src/manage/policy-registry.ts';
import { makeWebhooks, type Webhooks } from '../src/manage/webhooks.ts';
import { makePublish } from '../src/publish/publish.ts';
import { startSubscriptions } from '../src/publish/subscriptions.ts';
import { openSqliteInline } from '../src/storage/sqlite/open.ts';
import { administratorOf, serverWith } from './dialect-server.ts';
import { seededRandom, testClock, type TestClock } from './test-clock.ts';

type Headers = Readonly<Record<string, string>>;

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** Undefined for an answer without a body, and for one that is no JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of any shape
  readonly body: any;
};

/** A request that went out, and when. */
export type Sent = OutgoingRequest & { readonly at: number };

/** What a dialect may be made from. */
export type DialectParts = Foundation &
  Pick<
    ReturnType<typeof makeAccess>,
    'authenticateBearerOrTokenUser' | 'authenticateTokenWithSession' | 'grantToken'
  > & {
    readonly webhooks: Webhooks;
    readonly registry: PolicyRegistry;
    readonly judgeTarget: JudgeTarget;
    readonly sendTestMessage: SendTestMessage;
    readonly tryTestMessage: TryTestMessage;
    readonly health: Engine['health'];
    readonly forgetFailures: (id: WebhookId) => Promise<void>;
    readonly tenantOf: (id: string) => Pick<Tenant, 'name' | 'uuid'>;
    readonly publicUrl: () => string;
  };

export interface RunningDialect extends AsyncDisposable {
  readonly clock: TestClock;
  readonly store: Foundation['store'];
  readonly access: ReturnType<typeof makeAccess>;
  readonly webhooks: Webhooks;
  readonly engine: Engine;
  readonly redeliver: Redeliver;
  readonly dialect: Dialect;
  /** The administrator. */
  readonly caller: Caller;
  readonly tenantId: string;
  readonly signals: readonly Signal[];
  /** From now on every signal is told to it too. */
  listen(listener: (signal: Signal) => void): void;
  readonly sent: readonly Sent[];
  /** How a request ends; a success until a test says otherwise. */
  receive: (sent: Sent) => Outcome | Promise<Outcome>;
  readonly token: string;
  apiKey(permissions: readonly Permission[], tenantId?: string): Promise<string>;
  tenant(name: string): Promise<{ readonly id: string; readonly key: string }>;
  /** An API client with a role; an administrator unless told otherwise. */
  client(
    roleId?: string,
    tenantId?: string,
  ): Promise<{ readonly id: string; readonly clientId: string; readonly clientSecret: string }>;
  /** As the administrator unless `headers` say otherwise. An object is sent as JSON, text and bytes as they are without a content type. */
  call(method: string, url: string, body?: object | string | Buffer, headers?: Headers): Promise<Answer>;
  /** Publishes one event; answers its id. */
  publish(event: {
    readonly type: string;
    readonly data?: string;
    readonly context?: EventContext;
    readonly occurredAt?: number;
    readonly tenantId?: string;
  }): Promise<string>;
  /** Moves time on until a condition holds, from timer to timer; rejects after a bounded number of steps. */
  until(condition: () => boolean | Promise<boolean>): Promise<void>;
}

const token = 'administrator-of-the-tests';
const stepsMax = 20_000;

export async function runningDialect(make: (parts: DialectParts) => Dialect): Promise<RunningDialect> {
  const clock = testClock();
  const signals: Signal[] = [];
  const listeners: ((signal: Signal) => void)[] = [];
  const sent: Sent[] = [];
  const emit = (signal: Signal): void => {
    signals.push(signal);
    for (const listener of listeners) listener(signal);
  };
  const store = openSqliteInline({ path: ':memory:', masterKey: Buffer.alloc(32, 7) });
  const { tenantOf } = await followTenants(store);
  const foundation = lay({ clock, random: seededRandom(1), store, emit });
  const access = makeAccess(foundation, {
    accessTokenKey: Buffer.alloc(32, 8),
    sessionKey: Buffer.alloc(32, 6),
  });
  await bootstrap(
    { ...foundation, passwords: access.passwords },
    { username: 'ada', email: null, password: new Secret('password-of-the-tests'), token: new Secret(token) },
  );

  const handOver: Engine['handOver'] = (fresh) => engine.handOver(fresh);
  const webhooks = makeWebhooks({
    ...foundation,
    resetBreaker: (id) => engine.resetBreaker(id),
    handOver,
    limitsOf: () => dialect.limits,
  });
  const registry = await startPolicyRegistry(store);
  const loopback = parseCidrs('127.0.0.0/8');
  const dialect = make({
    ...foundation,
    ...access,
    webhooks,
    registry,
    judgeTarget: makeJudgeTarget(() => ({ ...closedPolicy, cidrs: loopback.ok ? loopback.value : [] })),
    sendTestMessage: makeSendTestMessage({ ...foundation, engine: () => engine }),
    tryTestMessage: makeTryTestMessage({ ...foundation, engine: () => engine }),
    health: (id) => engine.health(id),
    forgetFailures: (id) => engine.resetBreaker(id),
    tenantOf,
    publicUrl: () => 'http://127.0.0.1:8480',
  });
  const skipsUnverified = (webhook: Webhook) =>
    dialect.rules(webhook, defaultRetrySchedule).whenUnverified === 'skip';
  const subscriptions = await startSubscriptions(store, skipsUnverified);
  const publishing = makePublish({ ...foundation, subscriptions, handOver });
  const engine = makeEngine({
    ...foundation,
    rules: byDialect([dialect], ({ rules: rulesOf }) => rulesOf),
    policyOf: registry.policyOf,
    formats: byDialect([dialect], ({ format }) => format),
    keepsLastExchange: () => false,
    marks: { begun: () => {}, unmark: () => {} },
    schedule: defaultRetrySchedule,
    inFlightMax: 100,
    heldBytesMax: 1_000_000,
    onBroken: () => {},
    disable: (...args) => webhooks.disable(...args),
    async send(request) {
      const one: Sent = { ...request, at: clock.now() };
      sent.push(one);
      const outcome = await given.receive(one);
      return { outcome, response: null, timing: {}, durationMs: 3 };
    },
  });
  store.onWebhookChange(({ id, webhook }) => engine.webhookChanged(id, webhook));
  const expiry = await watchExpiry({
    ...foundation,
    clockIsRight: async () => true,
    expire: (...args) => webhooks.expire(...args),
  });
  await engine.start(store.allWebhooks());
  const server = serverWith(dialect, access.authenticate, foundation);
  const { id: tenantId } = (await store.getTenantByName('default'))!;
  const caller = administratorOf(tenantId);

  const given: RunningDialect = {
    clock,
    store,
    access,
    webhooks,
    engine,
    redeliver: makeRedeliver({ ...foundation, probe: (id) => engine.probe(id) }),
    dialect,
    caller,
    tenantId,
    signals,
    listen: (listener) => void listeners.push(listener),
    sent,
    token,
    receive: () => ({ kind: 'success', status: 200 }),
    async apiKey(permissions, inTenant = tenantId) {
      const draft = { name: 'test', permissions, expiresAt: null };
      return (await access.apiKeys.create(caller, inTenant, draft)).token.reveal();
    },
    async tenant(name) {
      const { id } = await access.tenants.create(caller, { name });
      return { id, key: await given.apiKey(allPermissions, id) };
    },
    async client(roleId = administratorRoleId, inTenant = tenantId) {
      const draft = { displayName: 'test', roleId };
      const { client, secret } = await access.clients.create(caller, inTenant, draft);
      return { id: client.id, clientId: client.clientId, clientSecret: secret.reveal() };
    },
    async call(method, url, body, headers = { authorization: `Bearer ${token}` }) {
      const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
      const response = await server.app.inject({
        method: method as 'GET',
        url,
        headers: {
          host: 'somewhere.else',
          ...(isJson && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { payload: isJson ? JSON.stringify(body) : body }),
      });
      const json = /json/.test(String(response.headers['content-type'])) && response.payload !== '';
      return {
        status: response.statusCode,
        headers: response.headers as Answer['headers'],
        text: response.payload,
        body: json ? (JSON.parse(response.payload) as unknown) : undefined,
      };
    },
    async publish({ type, data = '{}', context = {}, occurredAt = null, tenantId: inTenant = tenantId }) {
      const submission = {
        type,
        data: Buffer.from(data),
        context,
        occurredAt,
        bodyHash: () => '',
        idPointer: '/id',
      };
      const publisher = { ...caller, principal: { ...caller.principal, tenantId: inTenant } };
      return (await publishing(publisher, [submission], null)).accepted[0]!.eventId;
    },
    async until(condition) {
      for (let step = 0; step < stepsMax; step++) {
        await clock.settle();
        if (await condition()) return;
        // Signing and the store take their own time; then the next timer may be what is waited for.
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (await condition()) return;
        const nextMs = clock.nextTimerMs();
        if (step % 5 === 4 && nextMs !== undefined) await clock.advance(nextMs);
      }
      throw new Error('the condition never held');
    },
    async [Symbol.asyncDispose]() {
      subscriptions.stop();
      registry.stop();
      expiry.stop();
      await engine.stop(0);
      await server.close(0);
      await store.close();
    },
  };
  return given;
}
