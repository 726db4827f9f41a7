// What only Entrust's wire knows of a webhook, kept with it: the URL as it was written.

import type { Webhook } from '../../../domain/webhook.ts';
import { asWritten, writtenOf, type WrittenUrl } from '../../../domain/written-url.ts';

export type Stored = { readonly callbackUrl: WrittenUrl | null };

export function callbackUrlOf({ endpoint, dialectSettings }: Webhook): string {
  const { callbackUrl = null } = dialectSettings as Partial<Stored>;
  return asWritten(writtenOf(callbackUrl, endpoint.url), endpoint.url, null);
}
