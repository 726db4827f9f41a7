// Where the deliveries of a webhook are listed, all of them or those of a while.

type While = { readonly from?: string; readonly to?: string };

export function deliveriesOf(webhookId: string, span: While = {}) {
  return { to: '/deliveries', search: { webhookId, ...span } } as const;
}
