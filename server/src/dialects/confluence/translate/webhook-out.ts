// A webhook as Confluence's clients read it, in the observed and in the reference shape.

import type { Credentials, Webhook } from '../../../domain/webhook.ts';
import type {
  CreatedResource,
  ReferenceCreated,
  ReferenceEvent,
  ReferenceResource,
  Statistics,
  WebhookResource,
} from '../schemas.ts';
import { asWritten, userinfoText } from '../../../domain/written-url.ts';
import { storedOf } from './stored.ts';
import { mask } from './webhook-change.ts';

export type Shapes = 'observed' | 'reference';

/** How a webhook is shown: `statistics` is added where the client asked for them. */
export type Showing = {
  readonly shapes: Shapes;
  readonly maskSecret: boolean;
  readonly statistics?: Statistics;
};

/** The answer of list, get and update. */
export function webhookResource(webhook: Webhook, showing: Showing): WebhookResource | ReferenceResource {
  return showing.shapes === 'observed' ? observed(webhook, showing) : undated(webhook, showing);
}

/** The answer of a create. */
export function createdResource(webhook: Webhook, showing: Showing): CreatedResource | ReferenceCreated {
  if (showing.shapes === 'observed') {
    return { ...observed(webhook, showing), scope: { id: null, type: 'global' } };
  }
  const resource = undated(webhook, showing);
  const { credentials } = webhook.endpoint;
  return {
    createdDate: new Date(webhook.createdAt).toISOString(),
    updatedDate: new Date(webhook.updatedAt).toISOString(),
    sslVerificationRequired: resource.sslVerificationRequired,
    events: resource.events.map(referenceEvent),
    name: resource.name,
    id: resource.id,
    scope: { id: 'global', type: 'global' },
    active: resource.active,
    configuration: resource.configuration,
    url: resource.url,
    ...(credentials !== null && { credentials: { username: credentials.username, password: null } }),
  };
}

export function referenceEvent(id: string): ReferenceEvent {
  return { i18nKey: `webhooks.event.${id}`, id };
}

function observed(webhook: Webhook, showing: Showing): WebhookResource {
  const { id, name, ...others } = undated(webhook, showing);
  return { id, name, createdDate: webhook.createdAt, updatedDate: webhook.updatedAt, ...others };
}

/** Paused by a person or disabled for whatever reason, a webhook gets nothing: `active` is false. */
function undated(webhook: Webhook, { maskSecret, statistics }: Showing): ReferenceResource {
  const { credentials } = webhook.endpoint;
  const isInUrl = storedOf(webhook).url?.userinfo ?? false;
  return {
    id: Number(webhook.wireId),
    name: webhook.name,
    events: webhook.subscription.eventTypes.toSorted(),
    configuration: configurationOf(webhook, maskSecret),
    url: urlOf(webhook, maskSecret),
    active: webhook.state.kind === 'active',
    ...(credentials !== null && !isInUrl && { credentials: { username: credentials.username } }),
    scopeType: 'global',
    sslVerificationRequired: webhook.endpoint.tlsVerify,
    ...(statistics !== undefined && { statistics }),
  };
}

/** The original echoes the secret, and a Terraform provider relies on it; `CONFLUENCE_MASK_SECRET` masks it. */
function configurationOf(webhook: Webhook, maskSecret: boolean): Readonly<Record<string, string>> {
  const { configuration } = storedOf(webhook);
  if (webhook.signing.scheme !== 'hub-signature') return configuration;
  const { secret } = webhook.signing.keys[0];
  return { ...configuration, secret: maskSecret || !secret.readable ? mask : secret.reveal() };
}

/** As the client wrote it, with the credentials that it wrote into it. */
function urlOf(webhook: Webhook, maskSecret: boolean): string {
  const { url, credentials } = webhook.endpoint;
  const userinfo = credentials === null ? null : userinfoOf(credentials, maskSecret);
  return asWritten(storedOf(webhook).url, url, userinfo);
}

function userinfoOf({ username, password }: Credentials, maskSecret: boolean): string {
  return userinfoText(
    username,
    maskSecret || !password.readable ? mask : encodeURIComponent(password.reveal()),
  );
}
