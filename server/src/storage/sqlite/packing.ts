// The hot commands on their way to the writer's thread: lists of values instead of objects, since copying the names of
// their members costs more than the values do.

import type { AttemptRow, EventRow } from '../schema.ts';
import type { FreshDeliveryRow, StateColumns } from '../rows/delivery-row.ts';
import type { PublishRows } from '../rows/publish-rows.ts';
import type { RecordRows, ResultRows } from '../rows/record-rows.ts';
import type { Command } from '../command.ts';

export type Packed = Command | { readonly packed: 'publish' | 'record'; readonly values: readonly unknown[] };

export function pack(command: Command): Packed {
  if (command.name === 'publish') {
    return { packed: 'publish', values: packPublish(command.args[0] as PublishRows) };
  }
  if (command.name === 'record') {
    return { packed: 'record', values: packRecord(command.args[0] as RecordRows) };
  }
  return command;
}

export function unpack(packed: Packed): Command {
  if (!('packed' in packed)) return packed;
  const { packed: name, values } = packed;
  return { name, args: [name === 'publish' ? unpackPublish(values) : unpackRecord(values)] };
}

const event = columns<EventRow>([
  'id',
  'tenant_id',
  'type',
  'occurred_at',
  'accepted_at',
  'context',
  'routing_id',
  'deliveries',
  'publisher_source',
  'publisher_id',
  'body_hash',
  'data',
]);

const delivery = columns<FreshDeliveryRow>([
  'id',
  'tenant_id',
  'webhook_id',
  'event_id',
  'event_type',
  'purpose',
  'attempts',
  'due_at',
  'created_at',
  'redelivery_of',
]);

const attempt = columns<AttemptRow>([
  'id',
  'delivery_id',
  'number',
  'started_at',
  'duration_ms',
  'outcome',
  'status',
  'retry_after_ms',
  'error',
  'error_detail',
  'method',
  'url',
  'request_headers',
  'timing',
  'response_status',
  'response_reason',
  'response_headers',
  'response_length',
  'response_sha256',
  'response_truncated',
  'response_body',
]);

const state = columns<StateColumns>(['state', 'due_at', 'settled_at', 'reason']);

const result = columns<Omit<ResultRows, 'state' | 'attempt'>>([
  'deliveryId',
  'tenantId',
  'webhookId',
  'eventId',
  'eventType',
  'purpose',
  'attemptsBefore',
  'attempts',
  'requestBody',
  'epoch',
]);

/** Tenant, key, time and weight; then for each event its routing, its columns, and how many deliveries follow. */
function packPublish(rows: PublishRows): unknown[] {
  const values: unknown[] = [rows.tenantId, rows.key, rows.now, rows.bytes, rows.events.length];
  for (const published of rows.events) {
    values.push(published.routing, published.deliveries.length);
    event.pack(published.event, values);
    for (const row of published.deliveries) delivery.pack(row, values);
  }
  return values;
}

function unpackPublish(values: readonly unknown[]): PublishRows {
  const take = taking(values);
  const rows = {
    tenantId: take() as string,
    key: take() as PublishRows['key'],
    now: take() as number,
    bytes: take() as number,
  };
  const events = times(take() as number, () => {
    const routing = take() as PublishRows['events'][number]['routing'];
    const count = take() as number;
    return { routing, event: event.unpack(take), deliveries: times(count, () => delivery.unpack(take)) };
  });
  return { ...rows, events };
}

/** Health and weight; then for each result its own columns, its state's, and those of its attempt if there is one. */
function packRecord(rows: RecordRows): unknown[] {
  const values: unknown[] = [rows.health, rows.bytes, rows.results.length];
  for (const each of rows.results) {
    result.pack(each, values);
    state.pack(each.state, values);
    values.push(each.attempt !== null);
    if (each.attempt !== null) attempt.pack(each.attempt, values);
  }
  return values;
}

function unpackRecord(values: readonly unknown[]): RecordRows {
  const take = taking(values);
  const rows = { health: take() as RecordRows['health'], bytes: take() as number };
  const results = times(take() as number, () => ({
    ...result.unpack(take),
    state: state.unpack(take),
    attempt: take() === true ? attempt.unpack(take) : null,
  }));
  return { ...rows, results };
}

type Take = () => unknown;

function columns<Row>(names: readonly (keyof Row & string)[]) {
  return {
    pack(row: Row, values: unknown[]): void {
      for (const name of names) values.push(row[name]);
    },
    unpack(take: Take): Row {
      const row: Record<string, unknown> = {};
      for (const name of names) row[name] = take();
      return row as Row;
    },
  };
}

function taking(values: readonly unknown[]): Take {
  let at = 0;
  return () => values[at++];
}

function times<Thing>(count: number, make: () => Thing): Thing[] {
  const things: Thing[] = [];
  for (let made = 0; made < count; made++) things.push(make());
  return things;
}
