// What only Xurrent's wire knows of a webhook, kept with it.

import type { Webhook } from '../../domain/webhook.ts';
import { asWritten, userinfoText, writtenOf, writtenUrl, type WrittenUrl } from '../../domain/written-url.ts';
import { verifyEvent } from './catalogue.ts';
import { maskedQuery } from '../../domain/masked-url.ts';

export type Stored = {
  readonly uri: WrittenUrl | null;
  /** As given: comma-separated addresses; null means the account's administrators. */
  readonly mailExceptionsTo: string | null;
  readonly openidConnectDiscovery: boolean;
  readonly appOfferingReferences: readonly string[];
  readonly attachments: readonly Attachment[];
  readonly source: string | null;
  readonly sourceID: string | null;
};

/** A file that a description refers to; the file itself is the client's. */
export type Attachment = { readonly key: string; readonly filesize: number | null; readonly inline: boolean };

export const nothingStored: Stored = {
  uri: null,
  mailExceptionsTo: null,
  openidConnectDiscovery: false,
  appOfferingReferences: [],
  attachments: [],
  source: null,
  sourceID: null,
};

export function storedOf(webhook: Pick<Webhook, 'dialectSettings' | 'endpoint'>): Stored {
  const stored = { ...nothingStored, ...(webhook.dialectSettings as Partial<Stored>) };
  return { ...stored, uri: writtenOf(stored.uri, webhook.endpoint.url) };
}

/** The one event of a webhook. */
export function eventOf({ subscription }: Pick<Webhook, 'subscription'>): string {
  return subscription.eventTypes[0] ?? verifyEvent;
}

/** The `uri` as its client wrote it, with `user:pass@` where that was in it. */
export function uriOf(webhook: WithUri): string {
  return uriWith(webhook, (password) => encodeURIComponent(password));
}

/** The same for mails: the password is masked, and so are the values of the query, which may be keys. */
export function maskedUriOf(webhook: WithUri): string {
  return maskedQuery(uriWith(webhook, () => '****'));
}

type WithUri = Pick<Webhook, 'dialectSettings' | 'endpoint'>;

/** Credentials have no other place on this wire, whichever API they came through. */
function uriWith(webhook: WithUri, shown: (password: string) => string): string {
  const { url, credentials } = webhook.endpoint;
  const uri = storedOf(webhook).uri ?? writtenUrl(url, url, false);
  if (credentials === null) return asWritten(uri, url, null);
  const { username, password } = credentials;
  const text = password.readable ? password.reveal() : '';
  return asWritten({ ...uri, userinfo: true }, url, userinfoText(username, text === '' ? '' : shown(text)));
}

/** The number on the wire. */
export function idOf(webhook: Pick<Webhook, 'wireId'>): number {
  return Number(webhook.wireId);
}
