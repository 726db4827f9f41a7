// The Xurrent dialect on a real store, control plane, server and engine, in the test's own process and on a test clock.
// What it sends is kept, and ends as the test says.
//
//   await using xurrent = await startXurrent();
//   const { status, body } = await xurrent.call('POST', '/v1/webhooks', { event: …, uri: … });

import { makeServer } from '../../src/api/server.ts';
import { makeAccess } from '../../src/app/access.ts';
import { byDialect } from '../../src/app/by-dialect.ts';
import { lay, type Foundation } from '../../src/app/foundation.ts';
import { followTenantNames } from '../../src/app/tenant-names.ts';
import { readConfig } from '../../src/config.ts';
import { noEnvFile } from '../../src/config/env-file.ts';
import { parseCidrs } from '../../src/deliver/egress/policy-settings.ts';
import { closedPolicy } from '../../src/deliver/egress/policy.ts';
import { makeJudgeTarget } from '../../src/deliver/egress/target-rules.ts';
import { makeEngine, type Engine } from '../../src/deliver/engine.ts';
import { makeRedeliver, type Redeliver } from '../../src/deliver/redeliver.ts';
import { makeSendTestMessage } from '../../src/deliver/test-message.ts';
import { makeXurrentDialect, type XurrentSettings } from '../../src/dialects/xurrent/xurrent.ts';
import { allPermissions, type Caller, type Permission } from '../../src/domain/access.ts';
import type { EventContext } from '../../src/domain/event.ts';
import type { MailRules } from '../../src/domain/mail-rules.ts';
import type { OutgoingRequest } from '../../src/domain/outgoing-request.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { defaultRetrySchedule } from '../../src/domain/retry-schedule.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Signal } from '../../src/domain/signal.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { AdministratorsOf } from '../../src/manage/administrators.ts';
import { bootstrap } from '../../src/manage/bootstrap.ts';
import { startPolicyRegistry } from '../../src/manage/policy-registry.ts';
import { administratorRoleId } from '../../src/manage/users.ts';
import { makeWebhookPolicies } from '../../src/manage/webhook-policies.ts';
import { makeWebhooks, type Webhooks } from '../../src/manage/webhooks.ts';
import { makePublish } from '../../src/publish/publish.ts';
import { startSubscriptions } from '../../src/publish/subscriptions.ts';
import { openSqliteInline } from '../../src/storage/sqlite/open.ts';
import { seededRandom, testClock, type TestClock } from '../test-clock.ts';

type Headers = Readonly<Record<string, string>>;

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** Undefined for an answer without a body, and for one that is no JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of any shape
  readonly body: any;
};

/** A request that went out, with what it says: the body, or what is inside its token. */
export type Sent = OutgoingRequest & {
  readonly at: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into messages of any shape
  readonly message: any;
  readonly claims: Readonly<Record<string, unknown>> | undefined;
};

export interface XurrentServer extends AsyncDisposable {
  readonly clock: TestClock;
  readonly store: Foundation['store'];
  readonly webhooks: Webhooks;
  readonly engine: Engine;
  readonly redeliver: Redeliver;
  /** The administrator. */
  readonly caller: Caller;
  readonly signals: readonly Signal[];
  /** From now on every signal is told to it too. */
  listen(listener: (signal: Signal) => void): void;
  readonly administratorsOf: AdministratorsOf;
  readonly mailRules: MailRules;
  readonly sent: readonly Sent[];
  /** How a request ends; a success until a test says otherwise. */
  receive: (sent: Sent) => Outcome | Promise<Outcome>;
  readonly token: string;
  apiKey(permissions: readonly Permission[], tenantId?: string): Promise<string>;
  tenant(name: string): Promise<{ readonly id: string; readonly key: string }>;
  /** An OAuth client that administers. */
  client(): Promise<{ readonly clientId: string; readonly clientSecret: string }>;
  /** As the administrator unless `headers` say otherwise. An object is sent as JSON, text and bytes as they are without a content type. */
  call(method: string, url: string, body?: object | string | Buffer, headers?: Headers): Promise<Answer>;
  /** Creates a webhook for `problem.update`, unless told otherwise; answers its record. */
  create(fields?: object): Promise<Answer['body']>;
  /** Publishes one event about problem 332; answers its id. */
  publish(event?: {
    readonly type?: string;
    readonly data?: string;
    readonly context?: EventContext;
    readonly tenantId?: string;
  }): Promise<string>;
  /** Requests the path of the callback in the newest verification message. */
  confirm(): Promise<Answer>;
  /** Moves time on until a condition holds, from timer to timer; rejects after a bounded number of steps. */
  until(condition: () => boolean | Promise<boolean>): Promise<void>;
  webhookNumbered(id: number): Promise<Webhook>;
}

const token = 'administrator-of-the-tests';
export const accountUrl = 'https://acme.xurrent.example';
const stepsMax = 20_000;

const { config } = readConfig({ flags: {}, otherFlags: [], environment: {}, file: noEnvFile });
const standardSettings: XurrentSettings = {
  account: 'acme',
  domain: 'xurrent.example',
  apiUrl: null,
  accountUrl: null,
  oauthUrl: null,
  issuer: null,
  callbackUrl: null,
  verification: null,
  schedule: config.xurrentRetrySchedule,
  perHour: 0,
  perTwoSeconds: 0,
  allowsUnsecured: false,
  brand: 'xurrent',
  docsUrl: 'https://developer.xurrent.com/v1',
  profile: 'durable',
};

export async function startXurrent(changes: Partial<XurrentSettings> = {}): Promise<XurrentServer> {
  const clock = testClock();
  const signals: Signal[] = [];
  const listeners: ((signal: Signal) => void)[] = [];
  const sent: Sent[] = [];
  const emit = (signal: Signal): void => {
    signals.push(signal);
    for (const listener of listeners) listener(signal);
  };
  const opened = openSqliteInline({ path: ':memory:', masterKey: Buffer.alloc(32, 7) });
  const store = opened;
  const { tenantName } = await followTenantNames(store);
  const foundation = lay({ clock, random: seededRandom(1), store, emit });
  const access = makeAccess(foundation, Buffer.alloc(32, 8));
  await bootstrap(
    { ...foundation, passwords: access.passwords },
    { username: 'ada', email: null, password: new Secret('password-of-the-tests'), token: new Secret(token) },
  );

  const handOver: Engine['handOver'] = (fresh) => engine.handOver(fresh);
  const webhooks = makeWebhooks({ ...foundation, resetBreaker: (id) => engine.resetBreaker(id), handOver });
  const registry = await startPolicyRegistry(store);
  const loopback = parseCidrs('127.0.0.0/8');
  const dialect = makeXurrentDialect({
    ...foundation,
    webhooks,
    policies: makeWebhookPolicies(foundation),
    registry,
    authenticate: access.authenticateBearerOrTokenUser,
    grantToken: access.grantToken,
    judgeTarget: makeJudgeTarget(() => ({ ...closedPolicy, cidrs: loopback.ok ? loopback.value : [] })),
    sendTestMessage: makeSendTestMessage({ ...foundation, handOver }),
    health: (id) => engine.health(id),
    forgetFailures: (id) => engine.resetBreaker(id),
    tenantName,
    publicUrl: () => 'http://127.0.0.1:8480',
    codeKey: Buffer.alloc(32, 9),
    settings: { ...standardSettings, ...changes },
  });
  const rules = byDialect([dialect], ({ rules: rulesOf }) => rulesOf);
  const skipsUnverified = (webhook: Webhook) =>
    dialect.rules(webhook, defaultRetrySchedule).whenUnverified === 'skip';
  const subscriptions = await startSubscriptions(store, skipsUnverified);
  const publishing = makePublish({ ...foundation, subscriptions, handOver });
  const engine = makeEngine({
    ...foundation,
    rules,
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
      const one: Sent = { ...request, at: clock.now(), ...read(request.body) };
      sent.push(one);
      const outcome = await given.receive(one);
      return { outcome, response: null, timing: {}, durationMs: 3 };
    },
  });
  store.onWebhookChange(({ id, webhook }) => engine.webhookChanged(id, webhook));
  await engine.start(store.allWebhooks());
  const server = makeServer(
    {
      dialects: [dialect],
      authenticate: access.authenticate,
      ready: async () => ({ ready: true, checks: {} }),
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
      ids: foundation.ids,
      emit,
    },
    { trustedProxies: [], bodyBytesMax: 4_096, metricsOpen: false, https: false },
  );
  const { id: tenantId } = (await store.getTenantByName('default'))!;
  const caller: Caller = {
    principal: {
      kind: 'system',
      id: 'usr_test',
      name: 'test',
      tenantId,
      permissions: new Set(allPermissions),
    },
    address: null,
  };

  const given: XurrentServer = {
    clock,
    store,
    webhooks,
    engine,
    redeliver: makeRedeliver({ ...foundation, wake: (id) => engine.wake(id) }),
    caller,
    signals,
    listen: (listener) => void listeners.push(listener),
    administratorsOf: access.administratorsOf,
    mailRules: dialect.mail,
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
    async client() {
      const draft = { displayName: 'test', roleId: administratorRoleId };
      const { client, secret } = await access.clients.create(caller, tenantId, draft);
      return { clientId: client.clientId, clientSecret: secret.reveal() };
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
    async create(fields = {}) {
      const uri = 'https://hooks.example.net/in';
      const { status, body } = await given.call('POST', '/v1/webhooks', {
        event: 'problem.update',
        uri,
        ...fields,
      });
      if (status !== 200) throw new Error(`not created: ${JSON.stringify(body)}`);
      return body as unknown;
    },
    async publish({
      type = 'problem.update',
      data = '{}',
      context = { object: { id: '332' } },
      tenantId: inTenant = tenantId,
    } = {}) {
      const submission = {
        type,
        data: Buffer.from(data),
        context,
        occurredAt: null,
        bodyHash: '',
        idPointer: '/id',
      };
      const publisher = { ...caller, principal: { ...caller.principal, tenantId: inTenant } };
      return (await publishing(publisher, [submission], null)).accepted[0]!.eventId;
    },
    async confirm() {
      await given.until(() => callbacks().length > 0);
      const { pathname, search } = new URL(callbacks().at(-1)!);
      return given.call('GET', pathname + search, undefined, {});
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
    async webhookNumbered(id) {
      return (await store.getWebhookByNumber('xurrent', id))!;
    },
    async [Symbol.asyncDispose]() {
      subscriptions.stop();
      registry.stop();
      await engine.stop(0);
      await server.close(0);
      await store.close();
    },
  };
  return given;

  function callbacks(): string[] {
    return sent
      .map(({ message }) => message.payload.callback as string | undefined)
      .filter((callback) => callback !== undefined);
  }
}

function read(body: Uint8Array): Pick<Sent, 'message' | 'claims'> {
  const parsed = JSON.parse(Buffer.from(body).toString()) as { jwt?: string };
  if (parsed.jwt === undefined) return { message: parsed, claims: undefined };
  const payload = Buffer.from(parsed.jwt.split('.')[1]!, 'base64url').toString();
  const claims = JSON.parse(payload) as Record<string, unknown>;
  return { message: claims['data'], claims };
}
