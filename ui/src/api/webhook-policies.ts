// Webhook policies: what Xurrent webhooks may be signed by.

import { queryOptions } from '@tanstack/react-query';
import { call } from './call.ts';
import type { Page, WebhookPolicy, WebhookPolicyWithSecret } from './types.ts';

export const webhookPoliciesQuery = queryOptions({
  queryKey: ['webhook-policies'],
  queryFn: async ({ signal }) =>
    (await call<Page<WebhookPolicy>>('GET', '/webhook-policies', { query: { limit: 100 }, signal })).data,
});

export type NewPolicy = {
  readonly algorithm: WebhookPolicy['algorithm'];
  readonly audience: string | null;
  readonly expiresInMinutes: number | null;
};

export const createWebhookPolicy = (body: NewPolicy): Promise<WebhookPolicyWithSecret> =>
  call('POST', '/webhook-policies', { body });
