// What only Confluence's wire knows of a webhook, kept with it: the free configuration and the URL as it was written.

import type { Webhook } from '../../../domain/webhook.ts';

export type Stored = {
  /** Without the secret, which is the signing key. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly url: WrittenUrl | null;
};

/**
 * The URL as a client wrote it, without its user info: what is sent to is the canonical form. It counts only while the
 * endpoint still has that canonical form, so that a change through the native API needs no second place to change.
 */
export type WrittenUrl = {
  readonly text: string;
  readonly canonical: string;
  /** Whether the stored credentials came in the URL and are echoed there. */
  readonly userinfo: boolean;
};

export function storedOf(webhook: Pick<Webhook, 'dialectSettings' | 'endpoint'>): Stored {
  const { configuration = {}, url = null } = webhook.dialectSettings as Partial<Stored>;
  return { configuration, url: url?.canonical === webhook.endpoint.url ? url : null };
}
