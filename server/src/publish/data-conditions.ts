// Which webhooks of a tenant are narrowed by an event's data, and what of the data decides about them.

import { memberAt } from '../domain/match.ts';
import type { DataCondition, Subscription, WebhookId } from '../domain/webhook.ts';

/** Who subscribes with a pattern and a condition: by pattern, then by the condition's path. */
type Narrowed = Map<string, Map<string, { readonly path: readonly string[]; readonly ids: Set<WebhookId> }>>;

export interface DataConditions {
  add(id: WebhookId, subscription: Subscription): void;
  remove(id: WebhookId, subscription: Subscription): void;
  /**
   * What of the data the webhooks that are met by these patterns ask for: each path with the text there, where any
   * webhook asks for that text. Events in which it is the same are the same to all of them. Asks for the data only
   * where a webhook with a condition is met.
   */
  met(patterns: readonly string[], data: () => unknown): readonly string[];
}

export function makeDataConditions(): DataConditions {
  const narrowed: Narrowed = new Map();
  /** How many webhooks ask for a text at a path: the data holds no end of others, which all mean the same. */
  const asked = new Map<string, number>();

  function count({ path, oneOf }: DataCondition, change: 1 | -1): void {
    for (const text of new Set(oneOf)) {
      const key = JSON.stringify([path, text]);
      const now = (asked.get(key) ?? 0) + change;
      if (now === 0) asked.delete(key);
      else asked.set(key, now);
    }
  }

  return {
    add(id, { eventTypes, only }) {
      if (only === null) return;
      const key = JSON.stringify(only.path);
      count(only, 1);
      for (const pattern of eventTypes) {
        const paths =
          narrowed.get(pattern) ?? new Map<string, { path: readonly string[]; ids: Set<string> }>();
        narrowed.set(pattern, paths);
        const known = paths.get(key);
        if (known === undefined) paths.set(key, { path: only.path, ids: new Set([id]) });
        else known.ids.add(id);
      }
    },

    remove(id, { eventTypes, only }) {
      if (only === null) return;
      const key = JSON.stringify(only.path);
      count(only, -1);
      for (const pattern of eventTypes) {
        const paths = narrowed.get(pattern);
        const ids = paths?.get(key)?.ids;
        ids?.delete(id);
        if (ids?.size === 0) paths!.delete(key);
        if (paths?.size === 0) narrowed.delete(pattern);
      }
    },

    met(patterns, data) {
      if (narrowed.size === 0) return [];
      const paths = new Map(
        patterns
          .flatMap((pattern) => [...(narrowed.get(pattern) ?? [])])
          .map(([key, { path }]) => [key, path]),
      );
      return Array.from(paths.values(), (path) => JSON.stringify([path, memberAt(data(), path)]))
        .filter((key) => asked.has(key))
        .toSorted();
    },
  };
}
