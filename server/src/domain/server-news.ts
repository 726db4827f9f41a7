// What an attempt finds out about a server that fails, so that all nodes spare it together.

import type { Throttle } from './delivery-rules.ts';
import type { Id } from './id.ts';
import type { TenantId } from './tenant.ts';
import type { WebhookId } from './webhook.ts';

/** `server` is scheme, host and port; `nodeId` says whose attempt it was. */
export type ServerNews = { readonly nodeId: Id; readonly server: string } & ServerFinding;

export type ServerFinding =
  | {
      readonly kind: 'failed';
      readonly tenantId: TenantId;
      readonly webhookId: WebhookId;
      readonly throttle: Throttle;
    }
  /** While it is throttled, a request of this webhook is on its way to it. */
  | { readonly kind: 'probed'; readonly webhookId: WebhookId; readonly probeEveryMs: number }
  | { readonly kind: 'answered' };
