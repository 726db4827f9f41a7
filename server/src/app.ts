// The only place where parts are made and joined. Read it as a recipe: each step takes what the ones before it made.

import { makeCursors } from './api/cursor.ts';
import type { Dialect } from './api/dialect.ts';
import { makeOnce } from './api/idempotency.ts';
import { makeServer } from './api/server.ts';
import { makeAccess } from './app/access.ts';
import { byDialect } from './app/by-dialect.ts';
import { startAllChores } from './app/chores.ts';
import { entrustSettings, ensureEntrustApplication, refuseHalfAnApplication } from './app/entrust.ts';
import { lay } from './app/foundation.ts';
import { listen, listeningAt, urlOf } from './app/listen.ts';
import { mailStopMs } from './app/mail.ts';
import { observe, openLog } from './app/observe.ts';
import { pagesDirectory } from './app/pages-directory.ts';
import { openInFlightMarks, openStore, refuseMissing } from './app/open-store.ts';
import { readiness } from './app/readiness.ts';
import { startSendingThread } from './app/sending.ts';
import { shareWork } from './app/sharing.ts';
import { followTenants } from './app/tenants.ts';
import { watchStore } from './app/watch-store.ts';
import { xurrentAddresses, xurrentSettings } from './app/xurrent-settings.ts';
import { steadyClock } from './clock.ts';
import { egressPolicy, shownConfiguration, withEgressOf, type Config, type Configuration } from './config.ts';
import { makeCancel } from './deliver/cancel.ts';
import { makeCheckUrl } from './deliver/check-url.ts';
import type { EgressPolicy } from './deliver/egress/policy.ts';
import { makeJudgeTarget } from './deliver/egress/target-rules.ts';
import type { Engine } from './deliver/engine-port.ts';
import { makeEngine } from './deliver/engine.ts';
import { makeMany } from './deliver/many.ts';
import { makeRedeliver } from './deliver/redeliver.ts';
import { makeReplayEvent } from './deliver/replay-event.ts';
import { makeRetry } from './deliver/retry.ts';
import { makeRemoteSend } from './deliver/remote-send.ts';
import { makeSendTestMessage, makeTryTestMessage } from './deliver/test-message.ts';
import { makeTestWebhook } from './deliver/test-webhook.ts';
import { makeConfluenceDialect } from './dialects/confluence/confluence.ts';
import { defaultUserAgent } from './dialects/confluence/format.ts';
import { makeEntrustDialect } from './dialects/entrust/entrust.ts';
import { makeNativeDialect } from './dialects/native/native.ts';
import { makeXurrentDialect } from './dialects/xurrent/xurrent.ts';
import { watchExpiry } from './maintain/expiry.ts';
import { makeIds } from './domain/id.ts';
import type { SkipsUnverified } from './domain/match.ts';
import { noticesToAdministrators } from './domain/mail-rules.ts';
import type { Emit } from './domain/signal.ts';
import type { Send, SendTest } from './domain/exchange.ts';
import { bootstrap, resetAdministrator, type AskedReset, type Generated } from './manage/bootstrap.ts';
import { makeEventTypes } from './manage/event-types.ts';
import { makePasswords } from './manage/passwords.ts';
import { startKeyRegistry } from './manage/key-registry.ts';
import { startPolicyRegistry } from './manage/policy-registry.ts';
import { makeReplays } from './manage/replays.ts';
import { makeChosenSigning, makeNewMessageSigning } from './manage/new-signing.ts';
import { makeWebhookPolicies } from './manage/webhook-policies.ts';
import { makeWebhooks } from './manage/webhooks.ts';
import type { Log } from './observe/log.ts';
import { makePublish } from './publish/publish.ts';
import { startSubscriptions } from './publish/subscriptions.ts';
import { systemRandom } from './random.ts';
import type { InFlightFile } from './storage/in-flight-file.ts';
import type { SchemaWaits } from './storage/postgres/migrate.ts';
import type { Store } from './storage/store.ts';
import { version } from './version.ts';

export type App = {
  /** Where people reach it. */
  readonly url: string;
  /** What the first start generated; undefined at every later one. */
  readonly generated: Generated | undefined;
  readonly log: Log;
  /** Resolves with the cause when the app can't go on: its database can't be trusted any more. */
  readonly broken: Promise<unknown>;
  /** What the address guard lets out takes hold at once, on open connections too; the other settings stay. */
  followEgress(next: Configuration): void;
  /**
   * Takes nothing new, lets what is in flight end within `graceMs`, records all, and lets go of everything. Called
   * again with less time, it hurries.
   */
  stop(graceMs: number): Promise<void>;
  /** Waits a moment until the log is written. */
  flushLog(): Promise<void>;
};

/** What a test may put around the parts that touch the world. */
export type Wrappers = { readonly store?: (store: Store) => Store; readonly send?: (send: Send) => Send };

/** Starts everything and listens. Rejects with `CannotStart` when the operator must do something first. */
export async function startApp(
  { config, origins }: Configuration,
  stopping: AbortSignal,
  wrap: Wrappers = {},
): Promise<App | 'stopped'> {
  await using made = new AsyncDisposableStack();
  const broken = Promise.withResolvers<unknown>();
  const clock = steadyClock();
  const random = systemRandom();
  const logging = openLog(config);
  const { log } = logging;

  // Storage.
  refuseHalfAnApplication(config);
  const opened = await openStore(config, clock, stopping, (waitsFor) => tellWait(waitsFor, log));
  if (opened === undefined) return 'stopped';
  made.defer(() => opened.store.close());
  const inFlight = openInFlightMarks(config);
  made.defer(() => inFlight.close());
  const store = watchStore(wrap.store?.(opened.store) ?? opened.store, (cause) => broken.resolve(cause));
  const { tenantOf, stop: stopTenants } = await followTenants(store);
  made.defer(stopTenants);

  // Observation.
  const { emit, metrics, live, mail, stopMails, flush } = observe(
    logging,
    config,
    {
      backlog: () => store.backlog(),
      sizeBytes: () => store.sizeBytes(),
      engine: () => engine.state(),
    },
    {
      webhookOf: (tenantId, id) => store.getWebhook(tenantId, id),
      administratorsOf: (tenantId) => access.administratorsOf(tenantId),
      mailRulesOf: ({ dialect }) => mailRules[dialect] ?? noticesToAdministrators,
    },
    { store, link: opened.live, nodeId: makeIds(clock, random).next('nod') },
    clock,
  );
  made.defer(() => stopMails(mailStopMs));
  made.defer(() => live.stop());
  const foundation = lay({ clock, random, store, emit });
  const { ids } = foundation;

  // Access.
  const access = makeAccess(foundation, opened);

  // Sending, behind the address guard.
  let egress = egressPolicy(config);
  let shownOrigins = origins;
  tellOpened(egress, log);
  let listening = listeningAt(config.port, config.publicUrl);
  let url = config.publicUrl ?? urlOf(config.host, config.port);
  const judgeTarget = makeJudgeTarget(() => egress);
  const sender = makeRemoteSend({
    startThread: startSendingThread,
    rules: () => ({ policy: egress, listening }),
    beforeSending: () => inFlight.write(),
    emit,
  });
  made.defer(() => sender.close());
  const send = wrap.send?.(sender.send) ?? sender.send;
  const untilStopped = new AbortController();
  made.defer(() => untilStopped.abort());
  const sendTest: SendTest = (request, options) => send(request, options, untilStopped.signal);

  // The control plane.
  const handOver: Engine['handOver'] = (fresh) => engine.handOver(fresh);
  const probe: Engine['probe'] = (id) => engine.probe(id);
  const webhooks = makeWebhooks({
    ...foundation,
    resetBreaker: (id) => engine.resetBreaker(id),
    handOver,
    limitsOf: (dialect) => limits[dialect],
  });
  const registry = await startPolicyRegistry(store);
  made.defer(() => registry.stop());
  const { policyOf } = registry;
  const keys = await startKeyRegistry(store);
  made.defer(() => keys.stop());
  const subscriptions = await startSubscriptions(store, (webhook) => skipsUnverified(webhook));
  made.defer(() => subscriptions.stop());
  const publish = makePublish({ ...foundation, subscriptions, handOver });

  // The dialects: a vendor is one of these and its folder.
  const profile = config.deliveryProfile;
  const confluence = makeConfluenceDialect({
    ...foundation,
    ...access,
    webhooks,
    judgeTarget,
    ping: sendTest,
    settings: {
      shapes: config.confluenceShapes,
      maskSecret: config.confluenceMaskSecret,
      contextPath: config.confluenceContextPath,
      publicUrl: config.publicUrl,
      userAgent: config.confluenceUserAgent ?? defaultUserAgent,
      profile,
    },
  });
  const policies = makeWebhookPolicies(foundation);
  const testing = { ...foundation, engine: () => engine };
  const xurrent = makeXurrentDialect({
    ...foundation,
    webhooks,
    policies,
    registry,
    authenticate: config.xurrentBasicAuth ? access.authenticateBearerOrTokenUser : access.authenticateBearer,
    grantToken: access.grantToken,
    judgeTarget,
    sendTestMessage: makeSendTestMessage(testing),
    health: (id) => engine.health(id),
    forgetFailures: (id) => engine.resetBreaker(id),
    tenantName: (id) => tenantOf(id).name,
    publicUrl: () => url,
    codeKey: opened.verificationKey,
    settings: xurrentSettings(config),
  });
  const entrust = makeEntrustDialect({
    ...foundation,
    ...access,
    webhooks,
    newMessageSigning: makeNewMessageSigning({ random, clock }),
    judgeTarget,
    tryTestMessage: makeTryTestMessage(testing),
    tenantUuid: (id) => tenantOf(id).uuid,
    publicUrl: () => url,
    version,
    settings: entrustSettings(config),
  });
  const others = [confluence, xurrent, entrust];
  const native: Dialect = makeNativeDialect({
    ...foundation,
    ...access,
    publish,
    webhooks,
    policies,
    newSigning: makeChosenSigning(foundation),
    judgeTarget,
    testWebhook: makeTestWebhook({
      requests: {
        ...byDialect(others, (dialect) => dialect.testRequest),
        native: (webhook, sample) => native.testRequest(webhook, sample),
      },
      send: sendTest,
      policyOf,
      ids,
      clock,
      random,
      emit,
    }),
    checkUrl: makeCheckUrl({ judgeTarget, send: sendTest, version }),
    redeliver: makeRedeliver({ ...foundation, probe }),
    cancel: makeCancel({ ...foundation, forget: (id, deliveryId) => engine.forget(id, deliveryId) }),
    retry: makeRetry({ ...foundation, probe }),
    many: makeMany({ ...foundation, probe, reload: (id) => engine.reload(id) }),
    replayEvent: makeReplayEvent({ ...foundation, probe }),
    replays: makeReplays({ ...foundation, skipsUnverified: (webhook) => skipsUnverified(webhook) }),
    health: (id) => engine.health(id),
    policyOf,
    webhookOf: (tenantId, id) => subscriptions.webhook(tenantId, id),
    publicKeys: keys.publicKeys,
    waitsFor: (id) => engine.waitsFor(id),
    nodes: () => sharing.listNodes(),
    live,
    configuration: () => shownConfiguration({ origins: shownOrigins }),
    database: config.databaseUrl.kind,
    retentionDays: config.retentionDays,
    mail,
    eventTypes: makeEventTypes({ ...foundation, builtIn: others.flatMap((dialect) => dialect.catalogue) }),
    once: makeOnce({ store, clock }),
    cursors: makeCursors({ key: opened.cursorKey, clock }),
    others,
    version,
    publicUrl: () => url,
    dataBytesMax: config.payloadBytesMax,
    profile,
  });
  const dialects = [native, ...others];
  const mailRules = byDialect(dialects, (dialect) => dialect.mail);
  const limits = byDialect(dialects, (dialect) => dialect.limits);

  // Delivering.
  const rules = byDialect(dialects, (dialect) => dialect.rules);
  const skipsUnverified: SkipsUnverified = (webhook) =>
    rules[webhook.dialect]?.(webhook, config.retrySchedule).whenUnverified === 'skip';
  const sharing = shareWork(
    {
      ...foundation,
      shards: opened.shards,
      engine: () => engine,
      version,
      url: () => url,
      startClockAnew() {
        clock.startAnew();
        ids.startAnew();
      },
    },
    config,
  );
  made.defer(() => sharing.leave());
  const engine: Engine = makeEngine({
    ...foundation,
    send,
    policyOf,
    rules,
    formats: byDialect(dialects, (dialect) => dialect.format),
    marks: inFlight,
    keepsLastExchange: (name) =>
      dialects.some((dialect) => dialect.name === name && dialect.keepsLastExchange),
    schedule: config.retrySchedule,
    inFlightMax: config.deliveryConcurrency,
    heldBytesMax: config.saveMemory ? savingHeldBytesMax : heldBytesMax,
    disable: (...args) => webhooks.disable(...args),
    onBroken: (cause) => broken.resolve(cause),
    ...(sharing.shared === undefined ? {} : { shared: sharing.shared }),
  });
  made.defer(store.onWebhookChange(({ id, webhook }) => engine.webhookChanged(id, webhook)));
  const expiry = await watchExpiry({
    ...foundation,
    clockIsRight: () => sharing.clockIsRight(),
    expire: (tenantId, id) => webhooks.expire(tenantId, id),
  });
  made.defer(() => expiry.stop());
  made.defer(store.onWaiting((webhookIds) => webhookIds.forEach((id) => engine.wake(id))));
  await tellInterrupted(inFlight, store, emit);
  made.defer(() => engine.stop(0));
  await engine.start(store.allWebhooks());
  if (stopping.aborted) return 'stopped';

  // Listening: whoever gets in finds everything in its place.
  let started = false;
  const server = makeServer(
    {
      dialects,
      authenticate: access.authenticate,
      ready: () => readiness({ started, store, engine, clock, owned: sharing.summary() }),
      frameOfPortal: (id) => access.portalLinks.frame(id),
      metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
      ids,
      emit,
    },
    {
      trustedProxies: config.trustProxy,
      bodyBytesMax: config.payloadBytesMax + bodyOverheadBytes,
      metricsOpen: config.metrics === 'public',
      https: config.publicUrl?.startsWith('https:') ?? false,
      pagesDirectory: pagesDirectory(),
    },
  );
  const { port } = await listen(server, config);
  made.defer(() => server.close(0));
  url = config.publicUrl ?? urlOf(config.host, port);
  listening = listeningAt(port, config.publicUrl);
  sender.rulesChanged();

  // The first administrator, only now: what is generated must be told, so nothing may fail after it.
  const generated = await bootstrap(
    { ...foundation, passwords: access.passwords },
    {
      username: config.adminUsername,
      email: config.adminEmail,
      password: config.adminPassword ?? undefined,
      token: config.adminToken ?? undefined,
    },
  );
  await ensureEntrustApplication(foundation, config, log).catch((cause: unknown) =>
    emit({ kind: 'store.failed', operation: 'ensureEntrustApplication', cause }),
  );
  await sharing.join(url);
  started = true;
  const chores = startAllChores(foundation, engine, { rules, skipsUnverified }, config, () =>
    sharing.isFirst(),
  );
  log.say('info', 'listening', { url });
  if (config.xurrentDomain !== null) log.say('info', 'xurrent addresses', xurrentAddresses(config, url));
  const parts = made.move();

  return {
    url,
    generated,
    log,
    broken: broken.promise,
    followEgress(next) {
      egress = egressPolicy(next.config);
      shownOrigins = withEgressOf(next.origins, shownOrigins);
      sender.rulesChanged();
      tellOpened(egress, log);
    },
    async stop(graceMs) {
      server.drain();
      await Promise.all([chores.stop(), engine.stop(graceMs), sharing.leave(), server.close(graceMs)]);
      await parts.disposeAsync();
    },
    flushLog: () => flush(flushMs),
  };
}

/**
 * Gives a user a new password and administrator rights, or makes one. Rejects with `CannotStart` while a server has the
 * SQLite database, or where there is none.
 */
export async function resetUser(config: Config, asked: Omit<AskedReset, 'password'>) {
  const clock = steadyClock();
  const random = systemRandom();
  refuseMissing(config.databaseUrl);
  const { store } = (await openStore(config, clock))!;
  try {
    const foundation = lay({ clock, random, store, emit: () => {} });
    const given = { ...asked, password: config.adminPassword ?? undefined };
    return await resetAdministrator({ ...foundation, passwords: makePasswords(random) }, given);
  } finally {
    await store.close();
  }
}

/** What the last process had in flight and did not record is attempted again, and may arrive twice (reliability P2). */
async function tellInterrupted(inFlight: InFlightFile, store: Store, emit: Emit): Promise<void> {
  const interrupted = await store.unrecordedAttempts(inFlight.left);
  inFlight.forgetLeft();
  if (interrupted.length === 0) return;
  emit({ kind: 'deliveries.interrupted', deliveryIds: interrupted.map(({ deliveryId }) => deliveryId) });
}

/** What the operator opens in the address guard stands in the log, entry by entry (reliability §3.7). */
function tellOpened({ cidrs, metadata }: EgressPolicy, log: Log): void {
  for (const { text } of cidrs) log.say('warn', 'egress opened', { opened: text });
  if (metadata) log.say('warn', 'egress opened', { opened: 'metadata addresses' });
}

/** The start may take minutes then, and only the operator can end what it waits for. */
function tellWait(waitsFor: SchemaWaits, log: Log): void {
  if (waitsFor === 'another node') log.say('info', 'waiting for another node to bring the schema up to date');
  else
    log.say('warn', 'waiting for a transaction before the schema is brought up to date', { hint: longOne });
}

const longOne =
  'one that holds tables for long, such as a backup, shows in pg_stat_activity by its xact_start; other nodes go on meanwhile';

/** Payloads that lanes keep in memory; beyond it fresh deliveries wait in the store. */
const heldBytesMax = 64 * 1024 * 1024;
const savingHeldBytesMax = 4 * 1024 * 1024;
/** What may stand around the data of an event in a request. */
const bodyOverheadBytes = 64 * 1024;
/** How long a blocked reader of the log can delay the exit. */
const flushMs = 1_000;
