// What only Confluence's wire knows of a webhook, kept with it: the free configuration and the URL as it was written.

import type { Webhook } from '../../../domain/webhook.ts';

export type Stored = {
  /** Without the secret, which is the signing key. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly url: WrittenUrl | null;
};

/**
 * The URL as a client wrote it, up to its query, which often holds a secret and is kept with the endpoint alone. It
 * counts only while the endpoint's URL still begins with the canonical form, so that a change through the native API
 * needs no second place to change.
 */
export type WrittenUrl = {
  readonly head: string;
  readonly canonicalHead: string;
  /** Whether the stored credentials came in the URL and are echoed there. */
  readonly userinfo: boolean;
};

export function storedOf(webhook: Pick<Webhook, 'dialectSettings' | 'endpoint'>): Stored {
  const { configuration = {}, url = null } = webhook.dialectSettings as Partial<Stored>;
  const [head] = splitAtQuery(webhook.endpoint.url);
  return { configuration, url: url?.canonicalHead === head ? url : null };
}

/** What stands before the query, and the query with its question mark, or ''. */
export function splitAtQuery(url: string): readonly [head: string, query: string] {
  const end = url.search(/[?#]/);
  return end === -1 ? [url, ''] : [url.slice(0, end), url.slice(end)];
}
