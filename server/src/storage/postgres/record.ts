// Records how attempts ended: a batch is one statement, with the health of its webhooks and the exchanges to be kept; what
// came too late for its delivery is another, and so is each further result of a delivery that has several in the batch.

import { latencyBoundsMs, latencyBucketOf, minuteOf } from '../../domain/statistics.ts';
import type { Command, Reply } from '../command.ts';
import type { Recorded } from '../port/delivery-store.ts';
import type { HealthOf, RecordRows, ResultRows } from '../rows/record-rows.ts';
import type { AttemptRow, LastExchangeRow } from '../schema.ts';
import { pauseBeforeAgain, together, triesMax } from './again.ts';
import { batch, type Columns } from './arrays.ts';
import { isContended, isLost } from './failure.ts';
import { holdingSql, holdLines } from './in-line.ts';
import type { Pool } from './pool.ts';
import { durably, inTransaction, type Session } from './session.ts';

export class Recording {
  readonly #pool: Pool;
  /** Attempts whose record got no answer, or failed in part: it may be there already. */
  readonly #unsure = new Set<string>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Commits a group of `record` and `saveHealth`. */
  commit(commands: readonly Command[]): Promise<readonly Reply[]> {
    return together(commands, async (group) => {
      const recorded = await this.#record(group.flatMap(resultsOf), healthOf(group));
      let from = 0;
      return group.map((command) => {
        if (command.name === 'saveHealth') return { value: undefined };
        return { value: recorded.slice(from, (from += resultsOf(command).length)) };
      });
    });
  }

  async #record(results: readonly ResultRows[], health: ReadonlyMap<string, string>): Promise<Recorded[]> {
    for (let tried = 1; ; tried++) {
      try {
        const recorded = await this.#pool.use((session) =>
          this.#recordOnce(session, results, health, tried > 1),
        );
        for (const result of results) this.#unsure.delete(nameOf(result));
        return recorded;
      } catch (error) {
        const lost = isLost(error);
        // What several statements record, the first of them may have recorded whatever became of the others.
        for (const result of results) this.#unsure.add(nameOf(result));
        if (!(lost || isContended(error)) || tried === (lost ? 2 : triesMax)) throw error;
        await pauseBeforeAgain(tried);
      }
    }
  }

  /** Two results of one delivery count one after the other, so each goes with a wave of its own. */
  async #recordOnce(
    session: Session,
    results: readonly ResultRows[],
    health: ReadonlyMap<string, string>,
    inTheWay: boolean,
  ): Promise<Recorded[]> {
    const recorded: Recorded[] = [];
    const waves = this.#wavesOf(results);
    const last = waves.pop() ?? [];
    for (const wave of waves) await this.#advance(session, wave, [], [], inTheWay, recorded);
    await this.#advance(
      session,
      last,
      healthRows(health, results),
      exchangeRows(results),
      inTheWay,
      recorded,
    );
    return recorded;
  }

  /** In the order of ids, in which others that end deliveries take theirs. */
  #wavesOf(results: readonly ResultRows[]): Placed[][] {
    const waves: Placed[][] = [];
    const seen = new Map<string, number>();
    for (const [place, result] of results.entries()) {
      const wave = seen.get(result.deliveryId) ?? 0;
      seen.set(result.deliveryId, wave + 1);
      (waves[wave] ??= []).push({ result, place, unsure: this.#unsure.has(nameOf(result)) });
    }
    return waves.map((wave) => wave.toSorted((a, b) => (a.result.deliveryId < b.result.deliveryId ? -1 : 1)));
  }

  async #advance(
    session: Session,
    wave: readonly Placed[],
    health: readonly HealthRow[],
    exchanges: readonly ExchangeRow[],
    inTheWay: boolean,
    recorded: Recorded[],
  ): Promise<void> {
    const concerned = [...wave.map(({ result }) => result), ...health];
    const inLines = webhooksOf(wave.map(({ result }) => result).filter(standsInLine), []);
    const given = [
      ...resultColumns.values(wave),
      epochsOf(concerned),
      webhooksOf(concerned, exchanges),
      inLines,
      ...healthColumns.values(health),
    ];
    const advance = () =>
      exchanges.length === 0
        ? session.prepared<Left>('record', advanceSql, given)
        : session.prepared<Left>('record_and_keep', advanceAndKeepSql, [
            ...given,
            ...exchangeColumns.values(exchanges),
          ]);
    const rows =
      inTheWay && inLines.length > 0
        ? await inTransaction(session, async () => {
            await holdLines(session, inLines);
            return advance();
          })
        : await durably(session, advance);
    const left = new Set(rows.map(({ place }) => place));
    for (const { place } of wave) if (!left.has(place)) recorded[place] = 'recorded';
    const late = wave.filter(({ place }) => left.has(place));
    if (late.length > 0) await recordLate(session, late, recorded);
  }
}

/** A result that its delivery went on without. */
type Left = { readonly place: number };

/** A result, where it was among those given, and whether it may be recorded already. */
type Placed = { readonly result: ResultRows; readonly place: number; readonly unsure: boolean };

function nameOf({ deliveryId, attempts, attempt }: ResultRows): string {
  return attempt?.id ?? `${deliveryId} ${attempts}`;
}

function resultsOf({ name, args: [rows] }: Command): readonly ResultRows[] {
  return name === 'record' ? (rows as RecordRows).results : [];
}

/** The last word about each webhook, in the order of ids. */
function healthOf(commands: readonly Command[]): ReadonlyMap<string, string> {
  const said = commands.flatMap(({ name, args: [rows] }) =>
    name === 'record' ? (rows as RecordRows).health : [rows as HealthOf],
  );
  const last = new Map(said);
  return new Map([...last].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The request was made, so it is kept and counted even when the delivery went on without it: one that was cancelled
 * meanwhile tells how the attempt ended. But a purged delivery has no log any more; and what is known to have been
 * recorded before, when the answer was lost, is not kept twice.
 */
async function recordLate(session: Session, late: readonly Placed[], recorded: Recorded[]): Promise<void> {
  const rows = await durably(session, () =>
    session.prepared<Late>('record_late', lateSql, resultColumns.values(late)),
  );
  for (const { place, cancelled, before, now_cancelled } of rows) {
    if (before) recorded[place] = now_cancelled ? 'cancelled' : 'recorded';
    else recorded[place] = cancelled ? 'cancelled' : 'stale';
  }
}

type Late = {
  readonly place: number;
  readonly cancelled: boolean;
  readonly before: boolean;
  readonly now_cancelled: boolean;
};

const attemptColumns: Columns<AttemptRow> = {
  attempt_id: ['text', (row) => row.id],
  number: ['bigint', (row) => row.number],
  started_at: ['bigint', (row) => row.started_at],
  duration_ms: ['double precision', (row) => row.duration_ms],
  outcome: ['text', (row) => row.outcome],
  status: ['bigint', (row) => row.status],
  retry_after_ms: ['bigint', (row) => row.retry_after_ms],
  error: ['text', (row) => row.error],
  error_detail: ['text', (row) => row.error_detail],
  method: ['text', (row) => row.method],
  url: ['text', (row) => row.url],
  request_headers: ['text', (row) => row.request_headers],
  timing: ['text', (row) => row.timing],
  response_status: ['bigint', (row) => row.response_status],
  response_reason: ['text', (row) => row.response_reason],
  response_headers: ['text', (row) => row.response_headers],
  response_length: ['bigint', (row) => row.response_length],
  response_sha256: ['text', (row) => row.response_sha256],
  response_truncated: ['bigint', (row) => row.response_truncated],
  response_body: ['bytea', (row) => row.response_body],
  minute: ['bigint', (row) => minuteOf(row.started_at)],
  bucket: ['bigint', (row) => latencyBucketOf(row.duration_ms)],
};

const resultColumns = batch<Placed>('result', {
  place: ['bigint', ({ place }) => place],
  unsure: ['boolean', ({ unsure }) => unsure],
  delivery_id: ['text', ({ result }) => result.deliveryId],
  event_id: ['text', ({ result }) => result.eventId],
  webhook_id: ['text', ({ result }) => result.webhookId],
  event_type: ['text', ({ result }) => result.eventType],
  purpose: ['text', ({ result }) => result.purpose],
  attempts_before: ['bigint', ({ result }) => result.attemptsBefore],
  attempts: ['bigint', ({ result }) => result.attempts],
  state: ['text', ({ result }) => result.state.state],
  due_at: ['bigint', ({ result }) => result.state.due_at],
  settled_at: ['bigint', ({ result }) => result.state.settled_at],
  reason: ['text', ({ result }) => result.state.reason],
  epoch: ['bigint', ({ result }) => result.epoch],
  ...ofAttempt(attemptColumns),
});

/** All null where there was no attempt. */
function ofAttempt(columns: Columns<AttemptRow>): Columns<Placed> {
  const entries = Object.entries(columns).map(([name, [type, value]]) => [
    name,
    [
      type,
      ({ result: { attempt } }: Placed, index: number) => (attempt === null ? null : value(attempt, index)),
    ],
  ]);
  return Object.fromEntries(entries) as Columns<Placed>;
}

const logged = `number, started_at, duration_ms, outcome, status, retry_after_ms, error, error_detail, method, url,
  request_headers, timing, response_status, response_reason, response_headers, response_length, response_sha256,
  response_truncated, response_body`;

/** Logs the attempts of results, all of whose columns `results` has. */
function logSql(results: string): string {
  return `INSERT INTO attempts (id, delivery_id, event_id, ${logged})
    SELECT attempt_id, delivery_id, event_id, ${logged} FROM ${results} WHERE attempt_id IS NOT NULL ORDER BY place`;
}

const buckets = Array.from({ length: latencyBoundsMs.length + 1 }, (_, bucket) => `latency_${bucket}`);
const counted = ['successes', 'failures', 'errors', ...buckets];
const counts = [
  ...['success', 'failure', 'error'].map((outcome) => `count(*) FILTER (WHERE outcome = '${outcome}')`),
  ...buckets.map((_, bucket) => `count(*) FILTER (WHERE bucket = ${bucket})`),
];

/** Adds up the attempts of results, per minute and event type of webhooks that exist; events alone count. */
function countSql(results: string): string {
  return `INSERT INTO statistics (webhook_id, minute, event_type, ${counted.join(', ')})
    SELECT webhook_id, minute, event_type, ${counts.join(', ')} FROM ${results} given
    WHERE attempt_id IS NOT NULL AND purpose = 'event'
    GROUP BY webhook_id, minute, event_type
    HAVING EXISTS (SELECT 1 FROM webhooks WHERE webhooks.id = given.webhook_id)
    ORDER BY webhook_id, minute, event_type
    ON CONFLICT (webhook_id, minute, event_type)
    DO UPDATE SET ${counted.map((name) => `${name} = statistics.${name} + excluded.${name}`).join(', ')}`;
}

const lastColumns = `last_outcome = coalesce(result.outcome, d.last_outcome),
  last_status = CASE WHEN result.outcome IS NULL THEN d.last_status ELSE result.status END,
  last_error = CASE WHEN result.outcome IS NULL THEN d.last_error ELSE result.error END,
  last_attempt_at = coalesce(result.started_at, d.last_attempt_at)`;

/**
 * The epochs that still are a shard's, of those in the parameter: until the end of the transaction no other node takes
 * these shards, so that it sees what is recorded. A shard that is being taken is waited for, and then is not among them.
 */
function ownedSql(parameter: number): string {
  return `SELECT epoch FROM shards WHERE epoch = ANY ($${parameter}::bigint[]) ORDER BY epoch FOR KEY SHARE`;
}

/**
 * The webhooks that are still there, of those in the parameter. They stay until the end of the transaction, and are asked for
 * before any delivery is: whoever deletes a webhook takes it before its deliveries too, so that the two can't wait for each
 * other in a circle.
 */
function presentSql(parameter: number): string {
  return `SELECT id FROM webhooks WHERE id = ANY ($${parameter}::text[]) ORDER BY id FOR KEY SHARE`;
}

const isOwned = 'epoch IS NULL OR epoch = ANY (ARRAY (SELECT epoch FROM owned))';

type HealthRow = { readonly webhookId: string; readonly health: string; readonly epoch: number | null };
const healthColumns = batch<HealthRow>(
  'health',
  {
    webhook_id: ['text', ({ webhookId }) => webhookId],
    health: ['text', ({ health }) => health],
    epoch: ['bigint', ({ epoch }) => epoch],
  },
  resultColumns.next + 3,
);
const healthSql = `INSERT INTO webhook_health (webhook_id, health)
  SELECT health.webhook_id, health.health FROM ${healthColumns.sql} JOIN present ON present.id = health.webhook_id
  WHERE ${isOwned}
  ON CONFLICT (webhook_id) DO UPDATE SET health = excluded.health`;

function healthRows(health: ReadonlyMap<string, string>, results: readonly ResultRows[]): HealthRow[] {
  const epochs = new Map(results.map(({ webhookId, epoch }) => [webhookId, epoch]));
  return Array.from(health, ([webhookId, value]) => ({
    webhookId,
    health: value,
    epoch: epochs.get(webhookId) ?? null,
  }));
}

function webhooksOf(
  rows: readonly { readonly webhookId: string }[],
  exchanges: readonly ExchangeRow[],
): readonly string[] {
  return [...new Set([...rows.map(({ webhookId }) => webhookId), ...exchanges.map((row) => row.webhook_id)])];
}

function standsInLine({ orderingKey }: ResultRows): boolean {
  return orderingKey !== null;
}

function epochsOf(rows: readonly { readonly epoch: number | null }[]): readonly number[] {
  return [...new Set(rows.flatMap(({ epoch }) => epoch ?? []))];
}

/** `later` of its tenant come after it. */
type ExchangeRow = Omit<LastExchangeRow, 'attempt_number'> & { readonly later: number };
const exchangeColumns = batch<ExchangeRow>(
  'exchange',
  {
    webhook_id: ['text', (row) => row.webhook_id],
    event_type: ['text', (row) => row.event_type],
    outcome: ['text', (row) => row.outcome],
    tenant_id: ['text', (row) => row.tenant_id],
    later: ['bigint', (row) => row.later],
    attempt: ['text', (row) => row.attempt],
    response_body: ['bytea', (row) => row.response_body],
    request_body: ['bytea', (row) => row.request_body],
  },
  healthColumns.next,
);
/** Attempts are numbered by tenant, in the order in which they are kept. */
const keepSql = `exchange AS (SELECT * FROM ${exchangeColumns.sql}),
  numbered AS (
    INSERT INTO sequences (name, value)
    SELECT 'attempt ' || tenant_id, count(*) FROM exchange GROUP BY tenant_id ORDER BY tenant_id
    ON CONFLICT (name) DO UPDATE SET value = sequences.value + excluded.value RETURNING name, value
  ),
  kept AS (
    INSERT INTO last_exchanges (webhook_id, event_type, outcome, tenant_id, attempt_number, attempt, response_body, request_body)
    SELECT webhook_id, event_type, outcome, exchange.tenant_id, numbered.value - later, attempt, response_body, request_body
    FROM exchange JOIN present ON present.id = webhook_id
    JOIN numbered ON numbered.name = 'attempt ' || exchange.tenant_id
    ORDER BY webhook_id, outcome, event_type
    ON CONFLICT (webhook_id, event_type, outcome) DO UPDATE SET tenant_id = excluded.tenant_id,
      attempt_number = excluded.attempt_number, attempt = excluded.attempt, response_body = excluded.response_body,
      request_body = excluded.request_body
  )`;

/** The newest of each webhook, event type and outcome, the newest of all last: so it gets the highest number. */
function exchangeRows(results: readonly ResultRows[]): ExchangeRow[] {
  const newest = new Map<string, ExchangeRow>();
  for (const { tenantId, webhookId, eventType, requestBody, attempt } of results) {
    if (requestBody === null || attempt === null) continue;
    const { response_body, ...rest } = attempt;
    const key = `${webhookId} ${attempt.outcome} ${eventType}`;
    newest.delete(key);
    newest.set(key, {
      webhook_id: webhookId,
      event_type: eventType,
      outcome: attempt.outcome,
      tenant_id: tenantId,
      later: 0,
      attempt: JSON.stringify(rest),
      response_body,
      request_body: requestBody,
    });
  }
  const byTenant = Map.groupBy(newest.values(), (row) => row.tenant_id);
  return [...byTenant.values()].flatMap((rows) =>
    rows.map((row, index) => ({ ...row, later: rows.length - 1 - index })),
  );
}

/** Moves deliveries only from the very state that the attempt began in: delivered never reverts. */
const advancing = `WITH given AS (SELECT * FROM ${resultColumns.sql}),
  owned AS (${ownedSql(resultColumns.next)}),
  present AS (${presentSql(resultColumns.next + 1)}),
  held AS (${holdingSql(`SELECT unnest($${resultColumns.next + 2}::text[]) AS id`)}),
  result AS (SELECT * FROM given WHERE (${isOwned}) AND (SELECT count(*) FROM present) IS NOT NULL
    AND (SELECT count(*) FROM held) IS NOT NULL),
  advanced AS (
    UPDATE deliveries d SET attempts = result.attempts, state = result.state, due_at = result.due_at,
      settled_at = result.settled_at, reason = result.reason, ${lastColumns}
    FROM result WHERE d.id = result.delivery_id AND d.state = 'scheduled' AND d.attempts = result.attempts_before
    RETURNING result.*
  ),
  logged AS (${logSql('advanced')}),
  counted AS (${countSql('advanced')}),
  healthy AS (${healthSql})`;
const left = 'SELECT place FROM given WHERE place NOT IN (SELECT place FROM advanced)';
const advanceSql = `${advancing} ${left}`;
const advanceAndKeepSql = `${advancing}, ${keepSql} ${left}`;

const lateSql = `WITH result AS (SELECT * FROM ${resultColumns.sql}),
  kept AS (
    SELECT result.place, d.state, d.attempts FROM result
    JOIN deliveries d ON d.event_id = result.event_id AND d.id = result.delivery_id
  ),
  before AS (
    SELECT result.place FROM result JOIN kept USING (place)
    WHERE result.unsure AND kept.attempts >= result.attempts AND CASE WHEN result.attempt_id IS NULL
      THEN kept.attempts = result.attempts AND kept.state = result.state
      ELSE EXISTS (SELECT 1 FROM attempts a
        WHERE a.event_id = result.event_id AND a.delivery_id = result.delivery_id AND a.id = result.attempt_id) END
  ),
  cancelled AS (
    UPDATE deliveries_settled d SET attempts = result.attempts, ${lastColumns}
    FROM result WHERE d.event_id = result.event_id AND d.id = result.delivery_id AND d.state = 'cancelled'
      AND d.attempts = result.attempts_before AND result.attempt_id IS NOT NULL
    RETURNING result.place
  ),
  fresh AS (SELECT * FROM result WHERE place NOT IN (SELECT place FROM before)),
  kept_fresh AS (SELECT fresh.* FROM fresh JOIN kept USING (place)),
  logged AS (${logSql('kept_fresh')}),
  counted AS (${countSql('fresh')})
  SELECT result.place, cancelled.place IS NOT NULL AS cancelled, before.place IS NOT NULL AS before,
    coalesce(kept.state = 'cancelled', false) AS now_cancelled
  FROM result LEFT JOIN cancelled USING (place) LEFT JOIN before USING (place) LEFT JOIN kept USING (place)`;
