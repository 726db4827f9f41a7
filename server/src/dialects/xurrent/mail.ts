// Who hears of a webhook's failures, and what the mail calls it (specification §7.6).

import type { MailRules } from '../../domain/mail-rules.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { Addresses } from './addresses.ts';
import { idOf, maskedUriOf, storedOf } from './stored.ts';
import { addressesIn } from './webhooks/webhook-in.ts';

export function makeMailRules(parts: {
  readonly addresses: Addresses;
  readonly accountOf: (tenantId: TenantId) => string;
}): MailRules {
  return {
    failures: 'each',
    recipients: (webhook) => addressesIn(storedOf(webhook).mailExceptionsTo ?? ''),
    label: (webhook) => `#${idOf(webhook)}`,
    pageUrl: (webhook) =>
      `${parts.addresses.account(parts.accountOf(webhook.tenantId))}/webhooks/${idOf(webhook)}`,
    target: maskedUriOf,
  };
}
