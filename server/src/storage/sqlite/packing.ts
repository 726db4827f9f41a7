// A group of commands on its way to the writer's thread. The hot ones travel as one list of values and one buffer with all
// their bytes: objects and buffers of their own cost more to copy than what they hold. What a delivery has from its event,
// and an attempt from its delivery, is not sent twice.

import type { Command } from '../command.ts';
import type { AttemptRow, EventRow } from '../schema.ts';
import type { FreshDeliveryRow } from '../rows/delivery-row.ts';
import type { PublishedEventRows, PublishRows } from '../rows/publish-rows.ts';
import type { RecordRows, ResultRows } from '../rows/record-rows.ts';

/** `bytes` is to be transferred. */
export type Packed = { readonly values: readonly unknown[]; readonly bytes: Uint8Array<ArrayBuffer> };

export function pack(commands: readonly Command[]): Packed {
  const packing = new Packing();
  for (const command of commands) {
    if (command.name === 'publish') packPublish(packing, command.args[0] as PublishRows);
    else if (command.name === 'record') packRecord(packing, command.args[0] as RecordRows);
    else packing.values.push(command);
  }
  return { values: packing.values, bytes: packing.joined() };
}

export function unpack(packed: Packed): Command[] {
  const from = new Unpacking(packed);
  const commands: Command[] = [];
  while (!from.isOver) {
    const first = from.take();
    if (first === 'publish') commands.push({ name: first, args: [unpackPublish(from)] });
    else if (first === 'record') commands.push({ name: first, args: [unpackRecord(from)] });
    else commands.push(first as Command);
  }
  return commands;
}

function packPublish(to: Packing, rows: PublishRows): void {
  to.values.push('publish', rows.tenantId, rows.key, rows.now, rows.bytes, rows.events.length);
  for (const { event, deliveries, routing } of rows.events) {
    packEvent(to, event);
    to.values.push(routing, deliveries.length);
    for (const delivery of deliveries) packDelivery(to, delivery);
  }
}

function unpackPublish(from: Unpacking): PublishRows {
  return {
    tenantId: from.take() as string,
    key: from.take() as PublishRows['key'],
    now: from.take() as number,
    bytes: from.take() as number,
    events: from.times((): PublishedEventRows => {
      const event = unpackEvent(from);
      const routing = from.take() as PublishedEventRows['routing'];
      return { event, routing, deliveries: from.times(() => unpackDelivery(from, event)) };
    }),
  };
}

function packEvent(to: Packing, row: EventRow): void {
  to.values.push(
    row.id,
    row.tenant_id,
    row.type,
    row.occurred_at,
    row.accepted_at,
    row.context,
    row.routing_id,
    row.taken_by,
    row.deliveries,
    row.publisher_source,
    row.publisher_id,
    row.body_hash,
  );
  to.putBytes(row.data);
}

function unpackEvent(from: Unpacking): EventRow {
  return {
    id: from.take() as string,
    tenant_id: from.take() as string,
    type: from.take() as string,
    occurred_at: from.take() as number,
    accepted_at: from.take() as number,
    context: from.take() as string,
    routing_id: from.take() as string,
    taken_by: from.take() as string | null,
    deliveries: from.take() as number,
    publisher_source: from.take() as string | null,
    publisher_id: from.take() as string | null,
    body_hash: from.take() as string | null,
    data: from.takeBytes()!,
  };
}

function packDelivery({ values }: Packing, row: FreshDeliveryRow): void {
  values.push(row.id, row.webhook_id, row.purpose, row.attempts, row.due_at, row.created_at);
  values.push(row.redelivery_of, row.ordering_key);
}

function unpackDelivery(from: Unpacking, event: EventRow): FreshDeliveryRow {
  return {
    id: from.take() as string,
    tenant_id: event.tenant_id,
    webhook_id: from.take() as string,
    event_id: event.id,
    event_type: event.type,
    purpose: from.take() as FreshDeliveryRow['purpose'],
    attempts: from.take() as number,
    due_at: from.take() as number | null,
    created_at: from.take() as number,
    redelivery_of: from.take() as string | null,
    ordering_key: from.take() as string | null,
  };
}

function packRecord(to: Packing, rows: RecordRows): void {
  to.values.push('record', rows.health, rows.bytes, rows.results.length);
  for (const row of rows.results) {
    const { state, due_at, settled_at, reason } = row.state;
    to.values.push(row.deliveryId, row.tenantId, row.webhookId, row.eventId, row.eventType, row.purpose);
    to.values.push(
      row.orderingKey,
      row.attemptsBefore,
      row.attempts,
      state,
      due_at,
      settled_at,
      reason,
      row.epoch,
    );
    to.putBytes(row.requestBody);
    to.values.push(row.attempt !== null);
    if (row.attempt !== null) packAttempt(to, row.attempt);
  }
}

function unpackRecord(from: Unpacking): RecordRows {
  return {
    health: from.take() as RecordRows['health'],
    bytes: from.take() as number,
    results: from.times((): ResultRows => {
      const deliveryId = from.take() as string;
      return {
        deliveryId,
        tenantId: from.take() as string,
        webhookId: from.take() as string,
        eventId: from.take() as string,
        eventType: from.take() as string,
        purpose: from.take() as ResultRows['purpose'],
        orderingKey: from.take() as string | null,
        attemptsBefore: from.take() as number,
        attempts: from.take() as number,
        state: {
          state: from.take() as ResultRows['state']['state'],
          due_at: from.take() as number | null,
          settled_at: from.take() as number | null,
          reason: from.take() as ResultRows['state']['reason'],
        },
        epoch: from.take() as number | null,
        requestBody: from.takeBytes(),
        attempt: from.take() === true ? unpackAttempt(from, deliveryId) : null,
      };
    }),
  };
}

function packAttempt(to: Packing, row: AttemptRow): void {
  to.values.push(
    row.id,
    row.number,
    row.started_at,
    row.duration_ms,
    row.outcome,
    row.status,
    row.retry_after_ms,
    row.error,
    row.error_detail,
    row.method,
    row.url,
    row.request_headers,
    row.timing,
    row.response_status,
    row.response_reason,
    row.response_headers,
    row.response_length,
    row.response_sha256,
    row.response_truncated,
  );
  to.putBytes(row.response_body);
}

function unpackAttempt(from: Unpacking, deliveryId: string): AttemptRow {
  return {
    id: from.take() as string,
    delivery_id: deliveryId,
    number: from.take() as number,
    started_at: from.take() as number,
    duration_ms: from.take() as number,
    outcome: from.take() as AttemptRow['outcome'],
    status: from.take() as number | null,
    retry_after_ms: from.take() as number | null,
    error: from.take() as string | null,
    error_detail: from.take() as string | null,
    method: from.take() as string,
    url: from.take() as string,
    request_headers: from.take() as string,
    timing: from.take() as string,
    response_status: from.take() as number | null,
    response_reason: from.take() as string | null,
    response_headers: from.take() as string | null,
    response_length: from.take() as number | null,
    response_sha256: from.take() as string | null,
    response_truncated: from.take() as number | null,
    response_body: from.takeBytes(),
  };
}

class Packing {
  readonly values: unknown[] = [];
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  putBytes(part: Uint8Array | null): void {
    this.values.push(part === null ? null : part.length);
    if (part === null) return;
    this.#parts.push(part);
    this.#length += part.length;
  }

  joined(): Uint8Array<ArrayBuffer> {
    // Not of Node's pool, which can't change hands.
    const all = new Uint8Array(Buffer.allocUnsafeSlow(this.#length).buffer);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

class Unpacking {
  readonly #values: readonly unknown[];
  readonly #bytes: Uint8Array;
  #at = 0;
  #byte = 0;

  constructor({ values, bytes }: Packed) {
    this.#values = values;
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at === this.#values.length;
  }

  take(): unknown {
    return this.#values[this.#at++];
  }

  takeBytes(): Uint8Array | null {
    const length = this.take() as number | null;
    return length === null ? null : this.#bytes.subarray(this.#byte, (this.#byte += length));
  }

  /** As many things as the next value says. */
  times<Thing>(unpackOne: () => Thing): Thing[] {
    const count = this.take() as number;
    const things: Thing[] = [];
    for (let made = 0; made < count; made++) things.push(unpackOne());
    return things;
  }
}
