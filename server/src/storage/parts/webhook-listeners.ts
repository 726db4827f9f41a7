// Who is told of webhooks' changes.

import type { Webhook } from '../../domain/webhook.ts';
import type { WebhookListener } from '../port/webhook-store.ts';

export class WebhookListeners {
  readonly #listeners = new Set<{ readonly listener: WebhookListener }>();

  /** The answer stops it. */
  add(listener: WebhookListener): () => void {
    const entry = { listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  tell(change: Parameters<WebhookListener>[0]): void {
    for (const { listener } of this.#listeners) listener(change);
  }

  told(webhook: Webhook): Webhook {
    this.tell({ id: webhook.id, tenantId: webhook.tenantId, webhook });
    return webhook;
  }
}
