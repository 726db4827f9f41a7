// What nodes tell each other, on its way through the database: a notification where a look from time to time finds the
// same, or the next probe of a server does, the log of changes where nothing else would.

import { setTimeout } from 'node:timers/promises';
import { secondMs } from '../../domain/clock.ts';
import type { NodeNews } from '../../domain/node-news.ts';
import type { ServerNews } from '../../domain/server-news.ts';
import type { WebhookId } from '../../domain/webhook.ts';
import { failureOf } from './failure.ts';
import { newsChannel, type ChangeRow } from './follow.ts';
import { locks } from './migrate.ts';
import type { Pool } from './pool.ts';
import { inTransaction, type Session } from './session.ts';

/** What the log of changes has. */
type Logged = Extract<NodeNews, { kind: 'reload' | 'forgiven' | 'cancelled' }>;

type Notice = 'message_waiting' | 'shards';

const probePrefix = 'probe ';

/** A notification has at most 8,000 bytes; an id has 29, what was found about a server up to 600. */
const idsPerNotification = 250;
const foundPerNotification = 12;
/** While the database takes nothing, the latest are kept: what is not heard costs a probe. */
const foundMax = 1_000;
const firstPauseMs = 50;
const pauseMsMax = 2 * secondMs;

/** Tells one after the other, and tries again until the database takes it; webhooks with something waiting go together. */
export class NewsTeller {
  readonly #pool: Pool;
  readonly #waiting = new Set<WebhookId>();
  readonly #probes = new Set<WebhookId>();
  readonly #notices = new Set<Notice>();
  #found: ServerNews[] = [];
  #logged: Logged[] = [];
  readonly #closed = new AbortController();
  #running: Promise<void> | null = null;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  tell(news: NodeNews): void {
    switch (news.kind) {
      case 'waiting':
        for (const id of news.webhookIds) this.#waiting.add(id);
        break;
      case 'probe':
        this.#probes.add(news.webhookId);
        break;
      case 'message_waiting':
      case 'shards':
        this.#notices.add(news.kind);
        break;
      case 'servers':
        this.#found = [...this.#found, ...news.found].slice(-foundMax);
        break;
      case 'unsure':
        return;
      case 'reload':
      case 'forgiven':
      case 'cancelled':
        this.#logged.push(news);
    }
    this.#running ??= this.#run();
  }

  /** Tells what it can at once, and gives up the rest. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // what is told in the same turn goes together
    for (let failures = 0; this.#any;) {
      try {
        await this.#tellAll();
        failures = 0;
      } catch {
        if (this.#closed.signal.aborted) break;
        const ms = Math.min(pauseMsMax, firstPauseMs * 2 ** Math.min(failures++, 10));
        await setTimeout(ms, undefined, { signal: this.#closed.signal, ref: false }).catch(() => {});
      }
    }
    this.#running = null;
  }

  get #any(): boolean {
    const sets = this.#waiting.size + this.#probes.size + this.#notices.size;
    return sets + this.#found.length + this.#logged.length > 0;
  }

  async #tellAll(): Promise<void> {
    const logged = this.#logged.slice();
    if (logged.length > 0) {
      await this.#pool.use((session) => log(session, logged));
      this.#logged = this.#logged.slice(logged.length);
    }
    const told = this.#take();
    const texts = textsOf(told);
    if (texts.length === 0) return;
    try {
      await this.#pool.use((session) => notify(session, texts));
    } catch (error) {
      // What the server will not take, now or later, must not keep the rest: whoever is concerned looks by himself.
      if (failureOf(error).kind !== 'bug') this.#putBack(told);
      throw error;
    }
  }

  /** What is told again from now on is news: who hears the first may look before what the second tells of is there. */
  #take(): Told {
    const [waiting, probes] = [firstOf(this.#waiting), firstOf(this.#probes)];
    const notices = [...this.#notices];
    this.#notices.clear();
    return { waiting, probes, notices, found: this.#found.splice(0, foundPerNotification) };
  }

  #putBack({ waiting, probes, notices, found }: Told): void {
    for (const id of waiting) this.#waiting.add(id);
    for (const id of probes) this.#probes.add(id);
    for (const notice of notices) this.#notices.add(notice);
    this.#found = [...found, ...this.#found].slice(-foundMax);
  }
}

/** What goes out together, as notifications. */
type Told = {
  readonly waiting: readonly WebhookId[];
  readonly probes: readonly WebhookId[];
  readonly notices: readonly Notice[];
  readonly found: readonly ServerNews[];
};

/** Takes as many out of a set as a notification has room for. */
function firstOf(ids: Set<WebhookId>): readonly WebhookId[] {
  const first = [...ids].slice(0, idsPerNotification);
  for (const id of first) ids.delete(id);
  return first;
}

function textsOf({ waiting, probes, notices, found }: Told): string[] {
  return [
    ...notices,
    ...(waiting.length === 0 ? [] : [waiting.join(',')]),
    ...probes.map((id) => `${probePrefix}${id}`),
    ...(found.length === 0 ? [] : [JSON.stringify(found)]),
  ];
}

async function notify(session: Session, texts: readonly string[]): Promise<void> {
  await session.query(`SELECT pg_notify('${newsChannel}', text) FROM unnest($1::text[]) AS text`, [texts]);
}

/** In turn with the changes of the control plane: numbers of the log must ascend in the order of commits. */
function log(session: Session, news: readonly Logged[]): Promise<void> {
  return inTransaction(session, async () => {
    await session.query('SELECT pg_advisory_xact_lock($1, $2)', locks.changing);
    await session.query(
      `INSERT INTO changes (kind, id, tenant_id, detail)
       SELECT kind, id, '', detail FROM unnest($1::text[], $2::text[], $3::text[]) AS news (kind, id, detail)`,
      [
        news.map(({ kind }) => kind),
        news.map(({ webhookId }) => webhookId),
        news.map((each) => (each.kind === 'cancelled' ? each.deliveryId : null)),
      ],
    );
    await session.query("SELECT pg_notify('posthorn_changes', '')");
  });
}

/** What a notification says. A newer node's words may be unknown: then there may be anything. */
export function readNews(text: string): NodeNews {
  if (text === 'message_waiting' || text === 'shards') return { kind: text };
  if (text.startsWith(probePrefix)) return { kind: 'probe', webhookId: text.slice(probePrefix.length) };
  if (text.startsWith('wh_')) return { kind: 'waiting', webhookIds: text.split(',') };
  const found = serverNewsIn(text);
  return found === undefined ? { kind: 'unsure' } : { kind: 'servers', found };
}

function serverNewsIn(text: string): readonly ServerNews[] | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) && found.every(isServerNews) ? found : undefined;
  } catch {
    return undefined;
  }
}

const findings: ReadonlySet<unknown> = new Set<ServerNews['kind']>(['failed', 'probed', 'answered']);

/** Whether it is of a kind that this version writes; then nobody but a node has written it. */
function isServerNews(each: unknown): each is ServerNews {
  return typeof each === 'object' && each !== null && 'kind' in each && findings.has(each.kind);
}

/** What a change of the log tells the lanes; undefined for one of the control plane. */
export function newsOf({ kind, id, detail }: ChangeRow): NodeNews | undefined {
  if (kind === 'reload' || kind === 'forgiven') return { kind, webhookId: id };
  if (kind === 'cancelled') return { kind, webhookId: id, deliveryId: detail! };
  return undefined;
}
