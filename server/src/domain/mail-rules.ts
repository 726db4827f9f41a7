// What a dialect says about the mails that tell of its webhooks: how many, to whom, and how a webhook is named in them.

import type { Webhook } from './webhook.ts';

export type MailRules = {
  /** Whether each failure is worth a mail (at most one per 20 minutes and webhook), or only notices and disabling. */
  readonly failures: 'each' | 'notices';
  /** Addresses; none leaves the mail to the administrators of the tenant. */
  recipients(webhook: Webhook): readonly string[];
  /** How people know the webhook, such as `#179`. */
  label(webhook: Webhook): string;
  /** Where people see the webhook; null without such a page. */
  pageUrl(webhook: Webhook): string | null;
  /** The URL that deliveries go to, a password in it masked. */
  target(webhook: Webhook): string;
};

/** Of a dialect that has nothing to add: notices to the administrators, which name a webhook by its id. */
export const noticesToAdministrators: MailRules = {
  failures: 'notices',
  recipients: () => [],
  label: ({ id, wireId }) => (wireId === null ? id : `#${wireId}`),
  pageUrl: () => null,
  target: ({ endpoint }) => endpoint.url,
};
