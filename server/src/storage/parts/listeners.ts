// Who is told of changes.

import type { TenantListener } from '../port/access-store.ts';
import type { WaitingListener } from '../port/delivery-store.ts';
import type { PolicyListener } from '../port/policy-store.ts';
import type { NewsListener } from '../port/shard-store.ts';
import type { WebhookListener } from '../port/webhook-store.ts';

export type StoreListeners = {
  readonly webhooks: Listeners<WebhookListener>;
  readonly policies: Listeners<PolicyListener>;
  readonly tenants: Listeners<TenantListener>;
  readonly waiting: Listeners<WaitingListener>;
  readonly news: Listeners<NewsListener>;
};

export function makeListeners(): StoreListeners {
  return {
    webhooks: new Listeners(isNewer(({ id, webhook }) => ({ id, version: webhook?.version ?? gone }))),
    policies: new Listeners(isNewer(({ id, policy }) => ({ id, version: policy?.version ?? gone }))),
    tenants: new Listeners(),
    waiting: new Listeners(),
    news: new Listeners(),
  };
}

export class Listeners<Listener extends (change: never) => void> {
  readonly #listeners = new Set<{ readonly listener: Listener }>();
  readonly #isNews: (change: Parameters<Listener>[0]) => boolean;

  constructor(isNews: (change: Parameters<Listener>[0]) => boolean = () => true) {
    this.#isNews = isNews;
  }

  /** The answer stops it. */
  add(listener: Listener): () => void {
    const entry = { listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  tell(change: Parameters<Listener>[0]): void {
    if (!this.#isNews(change)) return;
    for (const { listener } of this.#listeners) listener(change);
  }
}

/** What was deleted never comes back. */
const gone = Number.POSITIVE_INFINITY;

/**
 * A change may be told by whoever made it and by the database, in any order: only what is newer than all that was told
 * of the same thing is news.
 */
function isNewer<Change>(
  of: (change: Change) => { id: string; version: number },
): (change: Change) => boolean {
  const told = new Map<string, number>();
  return (change) => {
    const { id, version } = of(change);
    if (version <= (told.get(id) ?? 0)) return false;
    told.set(id, version);
    return true;
  };
}
