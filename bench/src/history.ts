// A history as large as one likes, written straight into the database of a stopped server: copies of what one delivered event
// left there, so that every column has what the server writes, with ids, instants, webhooks and states of their own.
//
// The statements are the same for both databases. What depends on a number (which webhooks, which state) is spread evenly.

import { openFilling, type Filling, type Value } from './filling.ts';

export type History = {
  /** One delivered event, from which all are copied, and its delivery. */
  readonly eventId: string;
  readonly deliveryId: string;
  readonly events: number;
  readonly webhookIds: readonly string[];
  /** Each event is for this many webhooks, those of its type. */
  readonly fanOut: number;
  /** How far back it begins. */
  readonly spanMs: number;
  /** `waits`: all of it is due; `settled`: nearly all is delivered, one in a hundred given up, the newest thousand events are retried. */
  readonly kind: 'waits' | 'settled';
};

export const commonTypes = 50;
/** Of one event in a thousand; the others are spread over the common types. */
export const rareType = 'bench.rare';

const eventsAtOnce = 10_000;
const retriedEvents = 1_000;
const tables = ['events', 'deliveries', 'attempts'] as const;
type Table = (typeof tables)[number];

export async function fillHistory(
  settings: Readonly<Record<string, string>>,
  dataDir: string,
  history: History,
  say: (line: string) => void,
): Promise<void> {
  await using filling = await openFilling(settings, dataDir);
  const startsAt = Date.now() - history.spanMs;
  await filling.prepare(startsAt);
  const columns = await columnsOf(filling, history);
  for (let from = 0; from < history.events; from += eventsAtOnce) {
    say(`filling: ${from} of ${history.events} events`);
    const source = sourceOf(history, startsAt, from, Math.min(history.events, from + eventsAtOnce));
    for (const table of tables) {
      const own = Object.entries(columns[table]);
      const names = own.map(([name]) => name).join(', ');
      await filling.run(
        `INSERT INTO ${table} (${names}) WITH RECURSIVE ${source} SELECT ${own.map(([, value]) => value).join(', ')} FROM ${sources[table]}`,
      );
    }
  }
  say('filling: settling');
  await filling.settle();
}

const sources: Readonly<Record<Table, string>> = {
  events: 'event',
  deliveries: 'delivery',
  attempts: `delivery WHERE state NOT IN ('cancelled', 'scheduled') OR attempts > 0`,
};

/** The events from one number to another, and their deliveries. */
function sourceOf(history: History, startsAt: number, from: number, to: number): string {
  const { events, fanOut, webhookIds, spanMs, kind } = history;
  const hooks = webhookIds.map((id, number) => `(${number}, '${id}')`).join(', ');
  const state =
    kind === 'waits'
      ? `'scheduled'`
      : `CASE WHEN i >= ${events - retriedEvents} THEN 'scheduled'
          WHEN (d * 7919) % 1000 < 9 THEN 'exhausted' WHEN (d * 7919) % 1000 = 9 THEN 'cancelled' ELSE 'delivered' END`;
  return `
    hook (h, webhook_id) AS (VALUES ${hooks}),
    number (i) AS (SELECT CAST(${from} AS BIGINT) UNION ALL SELECT i + 1 FROM number WHERE i + 1 < ${to}),
    moment AS (SELECT i, ${startsAt} + i * ${spanMs} / ${events} AS instant FROM number),
    event AS (SELECT i, instant, ${timeDigits} AS digits,
      CASE WHEN i % 1000 = 7 THEN '${rareType}' ELSE 'bench.type' || (i % ${commonTypes}) END AS type FROM moment),
    owed AS (SELECT event.*, webhook_id, i * ${fanOut} + h % ${fanOut} AS d FROM event CROSS JOIN hook
      WHERE h / ${fanOut} = i % ${webhookIds.length / fanOut}),
    stated AS (SELECT owed.*, ${state} AS state FROM owed),
    delivery AS (SELECT stated.*, CASE WHEN state = 'cancelled' OR ${kind === 'waits'} THEN 0 ELSE 1 END AS attempts,
      CASE state WHEN 'delivered' THEN 'success' WHEN 'cancelled' THEN NULL ELSE 'failure' END AS outcome FROM stated)`;
}

/** For each column an expression: as it is in the sample, or its own. */
async function columnsOf(filling: Filling, history: History): Promise<Record<Table, Record<string, string>>> {
  const { eventId, deliveryId, fanOut, kind } = history;
  const outcome = kind === 'waits' ? 'NULL' : 'outcome';
  const status = `CASE ${outcome} WHEN 'success' THEN 200 WHEN 'failure' THEN 500 END`;
  const event = idOf('evt', 'i');
  const delivery = idOf('dlv', 'd');
  const own: Record<Table, Record<string, string>> = {
    events: {
      id: event,
      type: 'type',
      occurred_at: 'instant',
      accepted_at: 'instant',
      deliveries: String(fanOut),
    },
    deliveries: {
      id: delivery,
      webhook_id: 'webhook_id',
      event_id: event,
      event_type: 'type',
      attempts: 'attempts',
      state: 'state',
      due_at: `CASE state WHEN 'scheduled' THEN ${kind === 'waits' ? 'instant' : Date.now() + 3_600_000} END`,
      settled_at: `CASE state WHEN 'scheduled' THEN NULL ELSE instant + 5 END`,
      reason: `CASE state WHEN 'exhausted' THEN 'attempts' WHEN 'cancelled' THEN 'person' END`,
      created_at: 'instant',
      last_outcome: outcome,
      last_status: status,
      last_attempt_at: `CASE attempts WHEN 0 THEN NULL ELSE instant + 1 END`,
    },
    attempts: {
      id: idOf('att', 'd'),
      delivery_id: delivery,
      event_id: event,
      started_at: 'instant + 1',
      outcome: 'outcome',
      status,
      response_status: status,
    },
  };
  const samples: Record<Table, Readonly<Record<string, Value>>> = {
    events: await filling.rowOf('events', `id = '${eventId}'`),
    deliveries: await filling.rowOf('deliveries', `id = '${deliveryId}'`),
    attempts: await filling.rowOf('attempts', `delivery_id = '${deliveryId}'`),
  };
  const literal = (value: Value) => {
    if (value === null || typeof value === 'number') return String(value);
    if (typeof value === 'string') return `'${value.replaceAll(`'`, `''`)}'`;
    return filling.bytes(Buffer.from(value).toString('hex'));
  };
  const columns = (table: Table) =>
    Object.fromEntries(
      Object.entries(samples[table])
        // The database numbers its rows itself.
        .filter(([name]) => name !== 'n')
        .map(([name, value]) => [name, own[table][name] ?? literal(value)]),
    );
  return { events: columns('events'), deliveries: columns('deliveries'), attempts: columns('attempts') };
}

/** The instant in Crockford base32, as ids begin (domain/id.ts). */
const timeDigits = Array.from(
  { length: 10 },
  (_, digit) =>
    `substr('0123456789abcdefghjkmnpqrstvwxyz', CAST(((instant >> ${(9 - digit) * 5}) & 31) AS INTEGER) + 1, 1)`,
).join(' || ');

function idOf(prefix: string, number: string): string {
  return `'${prefix}_' || digits || substr(CAST(10000000000000000 + ${number} AS TEXT), 2)`;
}
