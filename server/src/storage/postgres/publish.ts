// Stores a group of publishes in one statement, which is a transaction by itself, and finds out what became of it where
// its answer was lost.

import { hourMs } from '../../domain/clock.ts';
import type { Command, Reply } from '../command.ts';
import { decidePublish, type Decision, type PublishedAs, type UsedKey } from '../decide-publish.ts';
import type { FreshDeliveryRow } from '../rows/delivery-row.ts';
import type { KeyRow, PublishedEventRows, PublishRows } from '../rows/publish-rows.ts';
import type { EventRow, IdempotencyRow, RoutingRow } from '../schema.ts';
import { batch } from './arrays.ts';
import { ConnectionLost, failureOf, isContended, isLost, isTaken } from './failure.ts';
import { byLine } from './in-line.ts';
import type { Pool } from './pool.ts';
import { durably, type Session } from './session.ts';
import { pauseBeforeAgain, together, triesMax } from './again.ts';

/** Told of webhooks whose deliveries may have been stored although their publisher heard otherwise. */
export type OnUnsure = (webhookIds: readonly string[]) => void;

/** How long an answer is waited for, and longer for what is big. */
const answerMs = 3_000;
const rowsPerMs = 10;
const lookMs = 1_000;
/** How far `used_at` may lag behind: the purge leaves routings alone for as long. */
export const routingLagMs = hourMs;

export class Publishing {
  readonly #pool: Pool;
  readonly #onUnsure: OnUnsure;
  /** When routings were last noted as used. */
  readonly #routingsUsedAt = new Map<string, number>();

  constructor(pool: Pool, onUnsure: OnUnsure) {
    this.#pool = pool;
    this.#onUnsure = onUnsure;
  }

  commit(commands: readonly Command[]): Promise<readonly Reply[]> {
    const entries = commands.map(({ args: [rows] }) => rows as PublishRows);
    return together(entries, (group) => this.#store(group));
  }

  /** Routings may have been removed. */
  forgetRoutings(): void {
    this.#routingsUsedAt.clear();
  }

  async #store(entries: readonly PublishRows[]): Promise<readonly Reply[]> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.#pool.use((session) => this.#storeOnce(session, entries));
      } catch (error) {
        if (error instanceof Unanswered) return this.#findOut(entries, error);
        // Another node took a key, or was in the way: now it is to be seen. Or a connection broke before anything was written.
        const again =
          isContended(error) || isLost(error) || isTaken(error, /^(publisher_keys|idempotency_keys)_/);
        if (!again || tried === (isLost(error) ? 2 : triesMax)) throw error;
        await pauseBeforeAgain(tried);
      }
    }
  }

  async #storeOnce(session: Session, entries: readonly PublishRows[]): Promise<readonly Reply[]> {
    const before = await Before.of(session, entries);
    const decisions = entries.map((entry) => before.decide(entry));
    const replies = decisions.map(({ result }): Reply => ({ value: result }));
    const stored = storedBy(entries, decisions);
    if (stored.events.length === 0 && stored.keys.length === 0) return replies;
    await before.clearExpired(session);
    try {
      await this.#insert(session, stored);
    } catch (error) {
      throw isLost(error) ? new Unanswered(replies, stored, error) : error;
    }
    return replies;
  }

  async #insert(session: Session, { events, keys }: Stored): Promise<void> {
    const deliveries = byLine(events.flatMap((published) => published.deliveries));
    const used = this.#routingsToNote(events);
    const published = events
      .filter(({ event }) => event.publisher_id !== null)
      .map(({ event, deliveries: owed }) => ({ event, owed: owed.length }));
    const withinMs = answerMs + (events.length + deliveries.length) / rowsPerMs;
    await durably(session, () =>
      session.prepared(
        'publish',
        insertSql,
        [
          ...routingColumns.values(used.fresh),
          ...usedColumns.values(used.known),
          ...keyColumns.values(keys.toSorted(byKey)),
          ...publishedColumns.values(published.toSorted(byPublisher)),
          ...eventColumns.values(events.map(({ event }) => event)),
          ...deliveryColumns.values(deliveries),
        ],
        withinMs,
      ),
    );
    for (const { event } of events) this.#noteUsed(event);
  }

  /** Each routing once, in the order of ids, so that groups of several nodes can't wait for each other in a circle. */
  #routingsToNote(events: readonly PublishedEventRows[]): {
    fresh: RoutingRow[];
    known: { id: string; at: number }[];
  } {
    const fresh = new Map<string, RoutingRow>();
    const known = new Map<string, { id: string; at: number }>();
    for (const { event, routing } of events) {
      const usedAt = this.#routingsUsedAt.get(event.routing_id);
      if (usedAt !== undefined && event.accepted_at < usedAt + routingLagMs) continue;
      if (routing === null) known.set(event.routing_id, { id: event.routing_id, at: event.accepted_at });
      else fresh.set(routing.id, routing);
    }
    for (const id of fresh.keys()) known.delete(id);
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    return { fresh: [...fresh.values()].toSorted(byId), known: [...known.values()].toSorted(byId) };
  }

  #noteUsed({ routing_id, accepted_at }: EventRow): void {
    const usedAt = this.#routingsUsedAt.get(routing_id);
    if (usedAt === undefined || accepted_at >= usedAt + routingLagMs)
      this.#routingsUsedAt.set(routing_id, accepted_at);
  }

  /**
   * The connection was lost before the answer came. The same rows once more tell: what was committed is there, and what
   * is being committed still is in their way. Where that can't be asked either, the publisher is told that nobody knows,
   * and whoever delivers is told to look.
   */
  async #findOut(entries: readonly PublishRows[], lost: Unanswered): Promise<readonly Reply[]> {
    try {
      if (await this.#isStored(lost)) return lost.replies;
      const inserted = await this.#pool.use((session) => this.#insertUnlessTaken(session, lost.stored));
      if (inserted || (await this.#isStored(lost))) return lost.replies;
    } catch (error) {
      if (failureOf(error).kind === 'bug') throw error;
      this.#onUnsure([
        ...new Set(lost.stored.events.flatMap(({ deliveries }) => deliveries.map((row) => row.webhook_id))),
      ]);
      throw lost;
    }
    // Another node has one of the keys, so that the lost insertion failed as well.
    return this.#store(entries);
  }

  async #isStored({ stored }: Unanswered): Promise<boolean> {
    const ids = stored.events.map(({ event }) => event.id);
    const rows = await this.#pool.use((session) =>
      session.prepared('publish_stored', storedSql, [ids], lookMs),
    );
    return rows.length > 0;
  }

  /** False where something of it is there: all of it was committed in the meantime, or somebody else's key. */
  async #insertUnlessTaken(session: Session, stored: Stored): Promise<boolean> {
    try {
      await this.#insert(session, stored);
      return true;
    } catch (error) {
      if (isTaken(error, /./)) return false;
      throw error;
    }
  }
}

/** An insertion whose answer was lost, with what each entry is answered if it was committed. */
class Unanswered extends ConnectionLost {
  readonly replies: readonly Reply[];
  readonly stored: Stored;

  constructor(replies: readonly Reply[], stored: Stored, cause: unknown) {
    super((cause as Error).message, { cause });
    this.replies = replies;
    this.stored = stored;
  }
}

type Stored = { readonly events: readonly PublishedEventRows[]; readonly keys: readonly IdempotencyRow[] };

function storedBy(entries: readonly PublishRows[], decisions: readonly Decision[]): Stored {
  const events: PublishedEventRows[] = [];
  const keys: IdempotencyRow[] = [];
  for (const [index, decision] of decisions.entries()) {
    if (decision.kind === 'declined') continue;
    events.push(...decision.fresh);
    const { key } = entries[index]!;
    if (key !== null) keys.push({ ...key, kind: 'accepted', answer: JSON.stringify(decision.accepted) });
  }
  return { events, keys };
}

/** What was published before under the keys of a group; and, entry by entry, under those of its neighbours. */
class Before {
  readonly #keys = new Map<string, UsedKey & { readonly expires_at: number }>();
  readonly #published = new Map<string, PublishedAs>();
  readonly #expired: KeyRow[] = [];
  #now = 0;

  static async of(session: Session, entries: readonly PublishRows[]): Promise<Before> {
    const before = new Before();
    const keys = entries.flatMap(({ key }) => key ?? []);
    const events = entries
      .flatMap((entry) => entry.events.map(({ event }) => event))
      .filter((event) => event.publisher_id !== null);
    if (keys.length > 0) {
      const rows = await session.prepared<IdempotencyRow>('publish_keys', keysSql, keyNames.values(keys));
      for (const row of rows) before.#keys.set(nameOfKey(row), row);
    }
    if (events.length > 0) {
      const rows = await session.prepared<PublisherKeyRow>(
        'publish_published',
        publishedSql,
        publishedNames.values(events),
      );
      for (const row of rows) {
        before.#published.set(JSON.stringify([row.tenant_id, row.source, row.id]), {
          bodyHash: row.body_hash,
          accepted: { eventId: row.event_id, deliveries: row.deliveries },
        });
      }
    }
    return before;
  }

  decide(entry: PublishRows): Decision {
    this.#now = Math.max(this.#now, entry.now);
    const decision = decidePublish(entry, {
      key: (key, now) => {
        const used = this.#keys.get(nameOfKey(key));
        if (used !== undefined && used.expires_at <= now) this.#expired.push(key);
        return used === undefined || used.expires_at <= now ? undefined : used;
      },
      event: (event) => this.#published.get(nameOfPublished(event)),
    });
    if (decision.kind === 'store') this.#add(entry, decision);
    return decision;
  }

  /** A key that starts anew makes room for itself. */
  async clearExpired(session: Session): Promise<void> {
    if (this.#expired.length === 0) return;
    const values = keyNames.values(this.#expired);
    await durably(session, () => session.prepared('publish_expired', expiredSql, [...values, this.#now]));
  }

  #add({ key }: PublishRows, { fresh, accepted }: Extract<Decision, { kind: 'store' }>): void {
    if (key !== null) {
      this.#keys.set(nameOfKey(key), { ...key, kind: 'accepted', answer: JSON.stringify(accepted) });
    }
    for (const { event, deliveries } of fresh) {
      if (event.publisher_id === null) continue;
      this.#published.set(nameOfPublished(event), {
        bodyHash: event.body_hash!,
        accepted: { eventId: event.id, deliveries: deliveries.length },
      });
    }
  }
}

function nameOfKey({ tenant_id, route, key }: KeyName): string {
  return JSON.stringify([tenant_id, route, key]);
}

function nameOfPublished({ tenant_id, publisher_source, publisher_id }: EventRow): string {
  return JSON.stringify([tenant_id, publisher_source, publisher_id]);
}

type KeyName = Pick<IdempotencyRow, 'tenant_id' | 'route' | 'key'>;
type PublisherKeyRow = {
  readonly tenant_id: string;
  readonly source: string;
  readonly id: string;
  readonly event_id: string;
  readonly body_hash: string;
  readonly deliveries: number;
};

function byKey(a: IdempotencyRow, b: IdempotencyRow): number {
  return nameOfKey(a) < nameOfKey(b) ? -1 : 1;
}

function byPublisher(a: { event: EventRow }, b: { event: EventRow }): number {
  return nameOfPublished(a.event) < nameOfPublished(b.event) ? -1 : 1;
}

const keyNames = batch<KeyName>('given', {
  tenant_id: ['text', (key) => key.tenant_id],
  route: ['text', (key) => key.route],
  key: ['text', (key) => key.key],
});
const keysSql = `SELECT known.* FROM ${keyNames.sql} JOIN idempotency_keys known USING (tenant_id, route, key)`;
const expiredSql = `DELETE FROM idempotency_keys known USING ${keyNames.sql}
  WHERE known.tenant_id = given.tenant_id AND known.route = given.route AND known.key = given.key
    AND known.expires_at <= $4`;

const publishedNames = batch<EventRow>('given', {
  tenant_id: ['text', (event) => event.tenant_id],
  source: ['text', (event) => event.publisher_source],
  id: ['text', (event) => event.publisher_id],
});
const publishedSql = `SELECT known.* FROM ${publishedNames.sql} JOIN publisher_keys known USING (tenant_id, source, id)`;

const storedSql = 'SELECT id FROM events WHERE id = ANY ($1::text[]) LIMIT 1';

const routingColumns = batch<RoutingRow>('given', {
  id: ['text', (row) => row.id],
  tenant_id: ['text', (row) => row.tenant_id],
  decided_at: ['bigint', (row) => row.decided_at],
  used_at: ['bigint', (row) => row.used_at],
  decision: ['text', (row) => row.decision],
});
const usedColumns = batch<{ id: string; at: number }>(
  'given',
  { id: ['text', (row) => row.id], at: ['bigint', (row) => row.at] },
  routingColumns.next,
);
const keyColumns = batch<IdempotencyRow>(
  'given',
  {
    tenant_id: ['text', (row) => row.tenant_id],
    route: ['text', (row) => row.route],
    key: ['text', (row) => row.key],
    body_hash: ['text', (row) => row.body_hash],
    expires_at: ['bigint', (row) => row.expires_at],
    kind: ['text', (row) => row.kind],
    answer: ['text', (row) => row.answer],
  },
  usedColumns.next,
);
const publishedColumns = batch<{ event: EventRow; owed: number }>(
  'given',
  {
    tenant_id: ['text', ({ event }) => event.tenant_id],
    source: ['text', ({ event }) => event.publisher_source],
    id: ['text', ({ event }) => event.publisher_id],
    event_id: ['text', ({ event }) => event.id],
    body_hash: ['text', ({ event }) => event.body_hash],
    deliveries: ['bigint', ({ owed }) => owed],
  },
  keyColumns.next,
);
const eventColumns = batch<EventRow>(
  'given',
  {
    id: ['text', (row) => row.id],
    tenant_id: ['text', (row) => row.tenant_id],
    type: ['text', (row) => row.type],
    occurred_at: ['bigint', (row) => row.occurred_at],
    accepted_at: ['bigint', (row) => row.accepted_at],
    context: ['text', (row) => row.context],
    routing_id: ['text', (row) => row.routing_id],
    taken_by: ['text', (row) => row.taken_by],
    deliveries: ['bigint', (row) => row.deliveries],
    publisher_source: ['text', (row) => row.publisher_source],
    publisher_id: ['text', (row) => row.publisher_id],
    body_hash: ['text', (row) => row.body_hash],
    data: ['bytea', (row) => row.data],
  },
  publishedColumns.next,
);
const deliveryColumns = batch<FreshDeliveryRow>(
  'given',
  {
    id: ['text', (row) => row.id],
    tenant_id: ['text', (row) => row.tenant_id],
    webhook_id: ['text', (row) => row.webhook_id],
    event_id: ['text', (row) => row.event_id],
    event_type: ['text', (row) => row.event_type],
    purpose: ['text', (row) => row.purpose],
    attempts: ['bigint', (row) => row.attempts],
    due_at: ['bigint', (row) => row.due_at],
    created_at: ['bigint', (row) => row.created_at],
    redelivery_of: ['text', (row) => row.redelivery_of],
    ordering_key: ['text', (row) => row.ordering_key],
  },
  eventColumns.next,
);

const insertSql = `WITH
  routed AS (INSERT INTO routings (${routingColumns.names}) SELECT * FROM ${routingColumns.sql}
    ON CONFLICT (id) DO UPDATE SET used_at = greatest(routings.used_at, excluded.used_at)),
  used AS (UPDATE routings SET used_at = greatest(used_at, given.at) FROM ${usedColumns.sql} WHERE routings.id = given.id),
  keyed AS (INSERT INTO idempotency_keys (${keyColumns.names}) SELECT * FROM ${keyColumns.sql}),
  published AS (INSERT INTO publisher_keys (${publishedColumns.names}) SELECT * FROM ${publishedColumns.sql}),
  stored AS (INSERT INTO events (${eventColumns.names}) SELECT * FROM ${eventColumns.sql})
  INSERT INTO deliveries_waiting (${deliveryColumns.names}, state) SELECT given.*, 'scheduled' FROM ${deliveryColumns.sql}`;
