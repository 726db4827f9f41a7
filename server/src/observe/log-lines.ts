// What the log says about each signal: level, text, and the members that may be told. No payload and no header appears here.

import type { Attempt } from '../domain/attempt.ts';
import type { Delivery } from '../domain/delivery.ts';
import { isoTime } from '../domain/iso-time.ts';
import type { Signal } from '../domain/signal.ts';
import { causeOf } from './cause.ts';

export type Line = {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
  /** Asked for only where the line is written: most attempts go well, and many logs leave those out. */
  readonly members: () => Readonly<Record<string, unknown>>;
};

/** A line stays short enough to be read. */
const idsMax = 50;

/** The line for a signal; undefined where another line has told it already. */
export function lineOf(signal: Signal): Line | undefined {
  switch (signal.kind) {
    case 'event.published': {
      const { tenantId, eventId, type, deliveries } = signal;
      return line('debug', signal.kind, { tenantId, eventId, type, deliveries });
    }
    case 'delivery.attempted':
      return attemptLine(signal.attempt, signal.delivery);
    case 'delivery.settled':
      return settledLine(signal.delivery);
    case 'delivery.cancelled':
    case 'delivery.redelivered':
      return line('debug', signal.kind, deliveryMembers(signal.delivery));
    case 'delivery.stale':
      return line('warn', signal.kind, deliveryMembers(signal.delivery));
    case 'shards.taken':
    case 'shards.given_back':
      return line('info', signal.kind, { count: signal.shards.length, shards: signal.shards });
    case 'shards.lost':
      return line('warn', signal.kind, { count: signal.shards.length, shards: signal.shards });
    case 'clock.wrong':
    case 'clock.right': {
      const level = signal.kind === 'clock.wrong' ? 'error' : 'info';
      return line(level, signal.kind, { aheadOfDatabaseMs: signal.aheadMs });
    }
    case 'attempt.resent': {
      const { webhookId, deliveryId } = signal;
      return line('info', signal.kind, { webhookId, deliveryId });
    }
    case 'format.failed': {
      const { webhookId, eventId, cause } = signal;
      return line('error', signal.kind, { webhookId, eventId, cause: causeOf(cause) });
    }
    case 'deliveries.changed': {
      const { tenantId, webhookIds, count } = signal;
      return line('info', signal.kind, { tenantId, count, webhookIds: webhookIds.slice(0, idsMax) });
    }
    case 'deliveries.interrupted': {
      const { deliveryIds } = signal;
      return line('warn', signal.kind, {
        count: deliveryIds.length,
        deliveryIds: deliveryIds.slice(0, idsMax),
      });
    }
    case 'deliveries.exhausted':
      return line('warn', signal.kind, { webhookId: signal.webhookId, count: signal.count, reason: 'age' });
    case 'token.large':
      return line('warn', signal.kind, { ...webhookMembers(signal), bytes: signal.bytes });
    case 'webhook.failing':
      return line('warn', signal.kind, { ...webhookMembers(signal), notice: signal.notice });
    case 'webhook.disabled':
      return line('warn', signal.kind, { ...webhookMembers(signal), reason: signal.reason });
    case 'breaker.opened':
      return line('warn', signal.kind, { ...webhookMembers(signal), until: isoTime(signal.until) });
    case 'breaker.closed':
      return line('info', signal.kind, webhookMembers(signal));
    case 'server.throttled': {
      const { server, until, offenders } = signal;
      return line('warn', signal.kind, {
        ...webhookMembers(signal),
        server,
        until: isoTime(until),
        offenders: offenders.slice(0, idsMax).map(({ webhookId }) => webhookId),
      });
    }
    case 'server.released':
      return line('info', signal.kind, { server: signal.server });
    case 'platform.fault': {
      // What an orderly stop cuts is attempted again after the next start.
      const level = signal.reason === 'stopped' ? 'info' : 'error';
      return line(level, signal.kind, { reason: signal.reason, detail: signal.detail });
    }
    case 'sending.ended':
      return line('error', signal.kind, {
        interrupted: signal.interrupted,
        cause: causeOf(signal.cause),
      });
    case 'target.refused': {
      const { tenantId, host, address, rule } = signal;
      return line('warn', signal.kind, { tenantId, host, address, rule });
    }
    case 'store.failed':
      return line('error', signal.kind, { operation: signal.operation, cause: causeOf(signal.cause) });
    case 'store.recovered':
      return line('info', signal.kind, {});
    case 'retention.purged': {
      const { events, deliveries, attempts } = signal;
      return line('info', signal.kind, { events, deliveries, attempts });
    }
    case 'replay.changed': {
      const { tenantId, replayId, state, made, skipped, counted } = signal;
      const members = { tenantId, replayId, state, made, skipped };
      return line('info', signal.kind, { ...members, [counted.exact ? 'count' : 'atLeast']: counted.count });
    }
    case 'replay.stepped': {
      const { tenantId, replayId, webhookId, made, skipped } = signal;
      return line('debug', signal.kind, { tenantId, replayId, webhookId, made, skipped });
    }
    case 'request.failed': {
      const { requestId, method, path, cause } = signal;
      return line('error', signal.kind, { requestId, method, path, cause: causeOf(cause) });
    }
    case 'login.failed':
      return line('warn', signal.kind, { username: signal.username, address: signal.address });
    case 'proxy.untrusted': {
      const hint =
        'it sends X-Forwarded-For; if it is your reverse proxy, name it in TRUST_PROXY, else all its clients count as one';
      return line('warn', signal.kind, { address: signal.address, hint });
    }
  }
}

/** The wide line: all that one attempt was, without what it carried. Of the URL only the host: a path may be a secret. */
function attemptLine(attempt: Attempt, delivery: Delivery): Line {
  const { outcome } = attempt;
  const level = outcome.kind === 'success' ? 'info' : 'warn';
  const members = () => ({
    ...deliveryMembers(delivery),
    attemptId: attempt.id,
    attempt: attempt.number,
    host: URL.parse(attempt.request.url)?.host ?? null,
    outcome: outcome.kind,
    ...(outcome.kind === 'error'
      ? { reason: outcome.reason, detail: outcome.detail }
      : { status: outcome.status }),
    durationMs: attempt.durationMs,
    ...timingMembers(attempt),
    responseBytes: attempt.response?.bodyLength ?? 0,
    state: delivery.state.kind,
    ...(delivery.state.kind === 'scheduled' && { dueAt: isoTime(delivery.state.dueAt) }),
  });
  return { level, text: 'delivery.attempted', members };
}

function settledLine(delivery: Delivery): Line | undefined {
  const { state } = delivery;
  if (state.kind === 'scheduled' || state.kind === 'delivered') return undefined; // the attempt's line has said so
  const level = state.kind === 'exhausted' ? 'warn' : 'info';
  return line(level, `delivery.${state.kind}`, {
    ...deliveryMembers(delivery),
    attempts: delivery.attempts,
    reason: state.reason,
  });
}

function deliveryMembers({ id, tenantId, webhookId, eventId, eventType, purpose, redeliveryOf }: Delivery) {
  return {
    tenantId,
    webhookId,
    eventId,
    eventType,
    deliveryId: id,
    ...(purpose !== 'event' && { purpose }),
    ...(redeliveryOf !== null && { redeliveryOf }),
  };
}

function webhookMembers({ tenantId, webhookId }: { tenantId: string; webhookId: string }) {
  return { tenantId, webhookId };
}

function timingMembers({ timing: { dnsMs, connectMs, tlsMs, firstByteMs } }: Attempt) {
  return { dnsMs, connectMs, tlsMs, firstByteMs };
}

function line(level: Line['level'], text: string, members: ReturnType<Line['members']>): Line {
  return { level, text, members: () => members };
}
