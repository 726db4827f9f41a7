// What an attempt finds out about a server that fails, so that all nodes spare it together.

import type { ThrottleRule } from './delivery-rules.ts';
import type { Id } from './id.ts';
import type { TenantId } from './tenant.ts';
import type { WebhookId } from './webhook.ts';

/** `server` is scheme, host and port; `nodeId` says whose attempt it was. */
export type ServerNews = { readonly nodeId: Id; readonly server: string } & ServerFinding;

export type ServerFinding = ServerFailed | ServerProbed | { readonly kind: 'answered' };

export type ServerFailed = {
  readonly kind: 'failed';
  readonly tenantId: TenantId;
  readonly webhookId: WebhookId;
  readonly rule: ThrottleRule;
};

/** While it is throttled, a request is on its way to it. */
export type ServerProbed = { readonly kind: 'probed'; readonly rule: ThrottleRule };
