// The native API on a real store, control plane and server, in the test's own process. Nothing is delivered: what is
// handed over to the engine is kept for the test to look at.
//
//   await using native = await startNative();
//   const { status, body } = await native.call('POST', '/api/v1/events', { type: 'invoice.paid', data: {} });

import type { GrantToken } from '../../src/api/authenticate.ts';
import { makeCursors } from '../../src/api/cursor.ts';
import type { Dialect } from '../../src/api/dialect.ts';
import { makeOnce } from '../../src/api/idempotency.ts';
import { makeAccess } from '../../src/app/access.ts';
import { lay, type Foundation } from '../../src/app/foundation.ts';
import { shownConfiguration, type Configuration } from '../../src/config.ts';
import { makeCancel } from '../../src/deliver/cancel.ts';
import { makeCheckUrl } from '../../src/deliver/check-url.ts';
import { closedPolicy } from '../../src/deliver/egress/policy.ts';
import { makeJudgeTarget } from '../../src/deliver/egress/target-rules.ts';
import { makeMany } from '../../src/deliver/many.ts';
import { makeRedeliver } from '../../src/deliver/redeliver.ts';
import { makeReplayEvent } from '../../src/deliver/replay-event.ts';
import { makeRetry } from '../../src/deliver/retry.ts';
import { makeTestWebhook } from '../../src/deliver/test-webhook.ts';
import { makeConfluenceDialect } from '../../src/dialects/confluence/confluence.ts';
import { defaultUserAgent } from '../../src/dialects/confluence/format.ts';
import { makeTestRequest } from '../../src/dialects/native/format.ts';
import type { NativeParts } from '../../src/dialects/native/parts.ts';
import { makeNativeDialect } from '../../src/dialects/native/native.ts';
import { allPermissions, type Caller, type Permission } from '../../src/domain/access.ts';
import type { Exchange, SendOptions } from '../../src/domain/exchange.ts';
import { followWebhooks } from '../../src/domain/follow.ts';
import type { OutgoingRequest } from '../../src/domain/outgoing-request.ts';
import type { SkipsUnverified } from '../../src/domain/match.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Signal } from '../../src/domain/signal.ts';
import { nothingHoldsBack, type WaitsFor } from '../../src/domain/waiting.ts';
import { asOf, type Webhook, type WebhookId } from '../../src/domain/webhook.ts';
import { healthy, type WebhookHealth } from '../../src/domain/webhook-health.ts';
import { makeAccessTokens } from '../../src/manage/access-tokens.ts';
import { bootstrap } from '../../src/manage/bootstrap.ts';
import { makeListOneNode } from '../../src/maintain/nodes.ts';
import { makeEventTypes } from '../../src/manage/event-types.ts';
import { startKeyRegistry } from '../../src/manage/key-registry.ts';
import { startPolicyRegistry } from '../../src/manage/policy-registry.ts';
import { makeReplays } from '../../src/manage/replays.ts';
import { makeChosenSigning } from '../../src/manage/new-signing.ts';
import type { PortalLinks } from '../../src/manage/portal-links.ts';
import { makeSessionTokens } from '../../src/manage/session-tokens.ts';
import { makeSignIn, type SignIn } from '../../src/manage/sign-in.ts';
import { makeWebhookPolicies, type WebhookPolicies } from '../../src/manage/webhook-policies.ts';
import { makeWebhooks, type Webhooks } from '../../src/manage/webhooks.ts';
import { makeLive } from '../../src/observe/live/live.ts';
import { makePublish, type Publish } from '../../src/publish/publish.ts';
import { startSubscriptions } from '../../src/publish/subscriptions.ts';
import type { QueuedDelivery } from '../../src/storage/store.ts';
import { openSqliteInline, type InlineOptions } from '../../src/storage/sqlite/open.ts';
import { administratorOf, serverWith } from '../dialect-server.ts';
import { seededRandom, testClock, type TestClock } from '../test-clock.ts';
import { watchAnswers } from './watch-answers.ts';

type Headers = Readonly<Record<string, string>>;

type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
  /** Undefined for an answer without a body. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of any shape
  readonly body: any;
};

export interface NativeServer extends AsyncDisposable {
  readonly clock: TestClock;
  readonly store: Foundation['store'];
  readonly webhooks: Webhooks;
  readonly policies: WebhookPolicies;
  readonly publish: Publish;
  readonly dialect: Dialect;
  /** The administrator. */
  readonly caller: Caller;
  readonly signals: readonly Signal[];
  /** What checks of URLs have sent. */
  readonly checked: readonly { readonly request: OutgoingRequest; readonly options: SendOptions }[];
  /** What publishing gave to the engine. */
  readonly handedOver: readonly QueuedDelivery[];
  /** Webhooks for which people have asked that something goes out now. */
  readonly probed: readonly WebhookId[];
  /** What the engine knows of each webhook's health. */
  readonly health: Map<string, WebhookHealth>;
  /** And of what holds it back besides its state and its breaker. */
  readonly heldBack: Map<string, Partial<WaitsFor>>;
  /** What the next test of a webhook ends with. */
  exchange: Exchange;
  /** Every route there is; `refuses` marks those that only say which methods a path has. */
  readonly registered: readonly {
    readonly method: string;
    readonly url: string;
    readonly refuses: boolean;
  }[];
  /** A new API key with these permissions, in the administrator's tenant unless another is named. */
  apiKey(permissions: readonly Permission[], tenantId?: string): Promise<string>;
  readonly grantToken: GrantToken;
  /** Listens on loopback from now on; answers the base of URLs. */
  listen(): Promise<string>;
  /** As the server does when it stops. */
  close(): Promise<void>;
  readonly portalLinks: PortalLinks;
  /** Signs in as another node on the same store does. */
  readonly otherNode: SignIn;
  /** The id and key of a new tenant. */
  tenant(name: string): Promise<{ readonly id: string; readonly key: string }>;
  /**
   * As the administrator unless `headers` say otherwise. An object is sent as JSON, text and bytes as they are, as
   * `application/json` unless `headers` say otherwise. The answer is checked against what the route documents.
   */
  readonly call: (
    method: string,
    url: string,
    body?: object | string | Uint8Array,
    headers?: Headers,
  ) => Promise<Answer>;
}

export const token = 'administrator-of-the-tests';
const skipsUnverified: SkipsUnverified = ({ profile }) => profile === 'faithful';

export async function startNative(
  changes: {
    readonly dataBytesMax?: number;
    readonly failures?: InlineOptions['failures'];
    readonly publicUrl?: string;
    readonly origins?: Configuration['origins'];
    readonly mail?: NativeParts['mail'];
  } = {},
): Promise<NativeServer> {
  const clock = testClock();
  const signals: Signal[] = [];
  const checked: NativeServer['checked'][number][] = [];
  const handedOver: QueuedDelivery[] = [];
  const probed: WebhookId[] = [];
  const probe = (id: WebhookId) => void probed.push(id);
  const health = new Map<string, WebhookHealth>();
  const heldBack = new Map<string, Partial<WaitsFor>>();
  let started = false;
  const store = openSqliteInline({
    path: ':memory:',
    masterKey: Buffer.alloc(32, 7),
    failures: (moment, commands) => (started ? changes.failures?.(moment, commands) : undefined),
  });
  const live = makeLive({ clock, store, link: null, nodeId: 'nod_1' });
  const emit = (signal: Signal) => {
    signals.push(signal);
    live.listen(signal);
  };
  const random = seededRandom(1);
  const foundation = lay({ clock, random, store, emit });
  const access = makeAccess(foundation, {
    accessTokenKey: Buffer.alloc(32, 5),
    sessionKey: Buffer.alloc(32, 6),
  });
  await bootstrap(
    { ...foundation, passwords: access.passwords },
    {
      username: 'admin',
      email: null,
      password: new Secret('password-of-the-tests'),
      token: new Secret(token),
    },
  );

  const policies = makeWebhookPolicies(foundation);
  const judgeTarget = makeJudgeTarget(() => closedPolicy);
  const handOver = (fresh: readonly QueuedDelivery[]): void => {
    for (const queued of fresh) handedOver.push(queued);
  };
  const registry = await startPolicyRegistry(store);
  const keys = await startKeyRegistry(store);
  const lanes = new Map<string, Webhook>();
  const stopFollowing = await followWebhooks(store, ({ id, webhook }) => {
    if (webhook === null) lanes.delete(id);
    else lanes.set(id, webhook);
  });
  const webhooks = makeWebhooks({
    ...foundation,
    resetBreaker: async (id) => void health.delete(id),
    handOver,
    limitsOf: () => undefined,
  });
  const subscriptions = await startSubscriptions(store, skipsUnverified);
  const publish = makePublish({ ...foundation, subscriptions, handOver });
  const confluence = makeConfluenceDialect({
    ...foundation,
    ...access,
    webhooks,
    judgeTarget,
    ping: async () => given.exchange,
    settings: {
      shapes: 'observed',
      maskSecret: false,
      contextPath: '/confluence',
      publicUrl: null,
      userAgent: defaultUserAgent,
      profile: 'durable',
    },
  });
  const version = '1.2.3';
  const dialect = makeNativeDialect({
    ...foundation,
    ...access,
    publish,
    webhooks,
    policies,
    newSigning: makeChosenSigning(foundation),
    judgeTarget,
    testWebhook: makeTestWebhook({
      requests: {
        native: makeTestRequest(version),
        confluence: confluence.testRequest,
        xurrent: undefined,
        entrust: undefined,
      },
      send: async () => given.exchange,
      policyOf: registry.policyOf,
      ...foundation,
    }),
    webhookOf: (tenantId, id) => subscriptions.webhook(tenantId, id),
    checkUrl: makeCheckUrl({
      judgeTarget,
      version,
      send: async (request, options) => {
        checked.push({ request, options });
        return given.exchange;
      },
    }),
    redeliver: makeRedeliver({ ...foundation, probe }),
    cancel: makeCancel({ ...foundation, forget: () => {} }),
    retry: makeRetry({ ...foundation, probe }),
    many: makeMany({ ...foundation, probe, reload: () => {} }),
    replayEvent: makeReplayEvent({ ...foundation, probe }),
    replays: makeReplays({ ...foundation, skipsUnverified }),
    health: (id) => health.get(id) ?? healthy,
    policyOf: registry.policyOf,
    publicKeys: keys.publicKeys,
    waitsFor: (id) => {
      const webhook = lanes.get(id);
      if (webhook === undefined) return nothingHoldsBack;
      const { state } = asOf(webhook, clock.wall());
      const { breaker } = health.get(id) ?? healthy;
      return { ...nothingHoldsBack, state, breaker, ...heldBack.get(id) };
    },
    nodes: makeListOneNode(
      () => ({ id: 'nod_1', name: 'here', url: 'http://127.0.0.1', version, startedAt: clock.wall() }),
      () => clock.wall(),
    ),
    live,
    configuration: () => shownConfiguration({ origins: changes.origins ?? {} }),
    database: 'sqlite',
    retentionDays: 90,
    mail: changes.mail ?? null,
    eventTypes: makeEventTypes({ ...foundation, builtIn: confluence.catalogue }),
    once: makeOnce({ store, clock }),
    cursors: makeCursors({ key: Buffer.alloc(32, 9), clock }),
    others: [confluence],
    version,
    publicUrl: () => changes.publicUrl ?? 'http://127.0.0.1:8480',
    dataBytesMax: changes.dataBytesMax ?? 262_144,
    profile: 'durable',
  });
  const server = serverWith(dialect, access.authenticate, foundation, 1_048_576);
  const registered: { method: string; url: string; refuses: boolean }[] = [];
  server.app.addHook('onRoute', ({ method, url, schema, exposeHeadRoute }) => {
    const refuses = schema?.hide === true && exposeHeadRoute === false;
    for (const one of [method].flat()) registered.push({ method: one, url, refuses });
  });
  const undocumented = watchAnswers(server.app);
  await server.app.ready();

  const tenant = await store.getTenantByName('default');
  const caller = administratorOf(tenant!.id);

  started = true;
  const given: NativeServer = {
    clock,
    store,
    webhooks,
    policies,
    publish,
    dialect,
    caller,
    signals,
    checked,
    handedOver,
    probed,
    health,
    heldBack,
    exchange: { outcome: { kind: 'success', status: 200 }, response: null, timing: {}, durationMs: 3 },
    registered,
    grantToken: access.grantToken,
    async listen() {
      const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
      return `http://127.0.0.1:${port}`;
    },
    close: () => server.close(60_000),
    portalLinks: access.portalLinks,
    otherNode: makeSignIn({
      store,
      passwords: access.passwords,
      accessTokens: makeAccessTokens(Buffer.alloc(32, 5)),
      sessionTokens: makeSessionTokens(Buffer.alloc(32, 6)),
      clock,
    }),
    async apiKey(permissions, tenantId = caller.principal.tenantId) {
      const draft = { name: 'test', permissions, expiresAt: null };
      return (await access.apiKeys.create(caller, tenantId, draft)).token.reveal();
    },
    async tenant(name) {
      const { id } = await access.tenants.create(caller, { name });
      return { id, key: await given.apiKey(allPermissions, id) };
    },
    async call(method, url, body, headers = {}) {
      const payload = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
      const response = await server.app.inject({
        method: method as 'GET',
        url,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(payload !== undefined && { payload: Buffer.from(payload as string) }),
      });
      if (undocumented.length > 0) throw new Error(undocumented.join('\n'));
      const isJson = /json/.test(String(response.headers['content-type'])) && response.payload !== '';
      return {
        status: response.statusCode,
        headers: response.headers,
        bytes: response.rawPayload,
        body: isJson ? (JSON.parse(response.payload) as unknown) : undefined,
      };
    },
    async [Symbol.asyncDispose]() {
      subscriptions.stop();
      registry.stop();
      stopFollowing();
      keys.stop();
      live.stop();
      await server.close(0);
      await store.close();
    },
  };
  return given;
}
