// Tells those who look on what happens in their tenant, on whichever node. Signals of a tenant that nobody watches cost a
// look into two maps; the others are gathered and told now and then, so that their number does not matter.

import { secondMs, type Cancel, type Clock } from '../../domain/clock.ts';
import type { Id } from '../../domain/id.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { WebhookSource } from '../../domain/follow.ts';
import type { LiveLink } from '../../storage/store.ts';
import type { Listener } from '../signals.ts';
import { Gathering, newsOf, type LiveNews } from './news.ts';

export interface Live {
  readonly listen: Listener;
  /** Calls `tell` with what happens in the tenant from now on; the answer stops it. Undefined while too many watch. */
  watch(tenantId: TenantId, tell: (news: LiveNews) => void): Cancel | undefined;
  stop(): void;
}

export type LiveParts = {
  readonly clock: Clock;
  readonly store: Pick<WebhookSource, 'onWebhookChange'>;
  /** To the other nodes; null where there are none. */
  readonly link: LiveLink | null;
  readonly nodeId: Id;
};

/** On this node. */
const watchersMax = { ofTenant: 50, all: 1_000 };
/** What happens together is told together, and no two news of a tenant come closer than the gap. */
const togetherMs = 20;
const gapMs = { here: secondMs / 2, elsewhere: secondMs };
/** How often other nodes hear who is watched here, and for how long they believe it. */
const watchedEveryMs = 20 * secondMs;
const watchedForMs = 50 * secondMs;
/** A notification has at most 8,000 bytes. */
const tenantsPerText = 200;
const idsPerText = 50;

export function makeLive({ clock, store, link, nodeId }: LiveParts): Live {
  const here = new Map<TenantId, { readonly tells: Set<(news: LiveNews) => void>; readonly news: Spaced }>();
  const elsewhere = new Map<TenantId, { until: number; readonly news: Spaced }>();
  let watchers = 0;
  let retell: Cancel | null = null;

  const stopFollowing = store.onWebhookChange(({ id, tenantId }) =>
    here.get(tenantId)?.news.add({ webhooks: { ids: [id] } }),
  );
  const stopHearing = link?.onTold(hear);

  return {
    listen(signal) {
      if (watchers === 0 && elsewhere.size === 0) return;
      const told = newsOf(signal);
      if (told === undefined) return;
      here.get(told.tenantId)?.news.add(told.news);
      watchedElsewhere(told.tenantId)?.add(told.news);
    },

    watch(tenantId, tell) {
      if (watchers >= watchersMax.all) return undefined;
      const watched = here.get(tenantId) ?? begin(tenantId);
      if (watched.tells.size >= watchersMax.ofTenant) return undefined;
      watched.tells.add(tell);
      watchers++;
      return () => {
        if (!watched.tells.delete(tell)) return;
        watchers--;
        if (watched.tells.size > 0) return;
        watched.news.stop();
        here.delete(tenantId);
      };
    },

    stop() {
      stopFollowing();
      stopHearing?.();
      retell?.();
      for (const { news } of [...here.values(), ...elsewhere.values()]) news.stop();
    },
  };

  function begin(tenantId: TenantId) {
    const tells = new Set<(news: LiveNews) => void>();
    const news = new Spaced(clock, gapMs.here, (gathered) => tells.forEach((tell) => tell(gathered)));
    const watched = { tells, news };
    here.set(tenantId, watched);
    if (link !== null) tellWatched([tenantId]);
    return watched;
  }

  function tellWatched(tenantIds: readonly TenantId[]): void {
    for (let from = 0; from < tenantIds.length; from += tenantsPerText)
      say({ from: nodeId, watched: tenantIds.slice(from, from + tenantsPerText) });
    retell ??= clock.after(watchedEveryMs, () => {
      retell = null;
      if (here.size > 0) tellWatched([...here.keys()]);
    });
  }

  /** What gets lost shows at the next news, or when somebody looks again. */
  function say(text: Said): void {
    link!.tell(JSON.stringify(text)).catch(() => {});
  }

  function hear(text: string): void {
    const said = read(text);
    if (said === undefined || said.from === nodeId) return;
    for (const tenantId of said.watched ?? []) believe(tenantId);
    if (said.tenantId !== undefined) here.get(said.tenantId)?.news.add(said.news ?? {});
  }

  function believe(tenantId: TenantId): void {
    const until = clock.monotonicMs() + watchedForMs;
    const known = elsewhere.get(tenantId);
    if (known !== undefined) known.until = until;
    else {
      const news = new Spaced(clock, gapMs.elsewhere, (gathered) =>
        say({ from: nodeId, tenantId, news: shortened(gathered) }),
      );
      elsewhere.set(tenantId, { until, news });
    }
  }

  function watchedElsewhere(tenantId: TenantId): Spaced | undefined {
    const known = elsewhere.get(tenantId);
    if (known === undefined || clock.monotonicMs() < known.until) return known?.news;
    known.news.stop();
    elsewhere.delete(tenantId);
    return undefined;
  }
}

/** What nodes tell each other: which tenants are watched there, or what happened in one. */
type Said = {
  readonly from: Id;
  readonly watched?: readonly TenantId[];
  readonly tenantId?: TenantId;
  readonly news?: LiveNews;
};

/** A newer node's words may be unknown. */
function read(text: string): Said | undefined {
  try {
    return JSON.parse(text) as Said;
  } catch {
    return undefined;
  }
}

function shortened({ deliveries, events, webhooks, issues, replays }: LiveNews): LiveNews {
  const some = <Item>(items: readonly Item[]) => items.slice(0, idsPerText);
  return {
    ...(deliveries && {
      deliveries: {
        ...deliveries,
        ids: some(deliveries.ids),
        webhookIds: some(deliveries.webhookIds),
      },
    }),
    ...(events && { events: { ...events, types: events.types.slice(0, typesPerText) } }),
    ...(webhooks && { webhooks: { ids: some(webhooks.ids) } }),
    ...(issues && { issues: { webhookIds: some(issues.webhookIds) } }),
    ...(replays && { replays: { ids: some(replays.ids) } }),
  };
}

/** A type has up to 100 bytes. */
const typesPerText = 10;

/** News that are told soon, then no more often than the gap allows. */
class Spaced {
  readonly #clock: Clock;
  readonly #gapMs: number;
  readonly #tell: (news: LiveNews) => void;
  readonly #gathering = new Gathering();
  #toldAt = Number.NEGATIVE_INFINITY;
  #timer: Cancel | null = null;

  constructor(clock: Clock, gap: number, tell: (news: LiveNews) => void) {
    this.#clock = clock;
    this.#gapMs = gap;
    this.#tell = tell;
  }

  add(news: LiveNews): void {
    this.#gathering.add(news);
    const sinceMs = this.#clock.monotonicMs() - this.#toldAt;
    this.#timer ??= this.#clock.after(Math.max(togetherMs, this.#gapMs - sinceMs), () => {
      this.#timer = null;
      this.#toldAt = this.#clock.monotonicMs();
      if (!this.#gathering.isEmpty) this.#tell(this.#gathering.take());
    });
  }

  stop(): void {
    this.#timer?.();
    this.#timer = null;
  }
}
