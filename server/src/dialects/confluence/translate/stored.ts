// What only Confluence's wire knows of a webhook, kept with it: the free configuration and the URL as it was written.

import type { Webhook } from '../../../domain/webhook.ts';
import { writtenOf, type WrittenUrl } from '../../../domain/written-url.ts';

export type Stored = {
  /** Without the secret, which is the signing key. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly url: WrittenUrl | null;
};

export function storedOf(webhook: Pick<Webhook, 'dialectSettings' | 'endpoint'>): Stored {
  const { configuration = {}, url = null } = webhook.dialectSettings as Partial<Stored>;
  return { configuration, url: writtenOf(url, webhook.endpoint.url) };
}
