// Where the deliveries of a webhook are listed, all of them or those of a while.

import type { LinkProps } from '@tanstack/react-router';

type While = { readonly from?: string; readonly to?: string };

type Search = NonNullable<LinkProps['search']>;

const path: string = '/deliveries';

export function deliveriesOf(webhookId: string, span: While = {}): Pick<LinkProps, 'to' | 'search'> {
  return { to: path as '/', search: { webhookId, ...span } as Search };
}
