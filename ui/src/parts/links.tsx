// Links to what other pages show: a webhook by its name, a delivery, and the deliveries that meet a filter.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

const look = 'text-accent underline-offset-2 hover:underline';

/** Some members of the URL of the list. */
export type DeliverySearch = {
  readonly webhookId?: string;
  readonly eventType?: string;
  readonly state?: string;
  readonly outcome?: string;
  readonly statusClass?: string;
  readonly error?: string;
  readonly from?: string;
  readonly to?: string;
};

export function DeliveriesLink({
  search,
  children,
}: {
  readonly search: DeliverySearch;
  readonly children: ReactNode;
}) {
  return (
    <Link to="/deliveries" search={search} className={look}>
      {children}
    </Link>
  );
}

/** Within a text. */
export function DeliveryLink({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return (
    <Link to="/deliveries/$id" params={{ id }} className="text-accent underline underline-offset-2">
      {children}
    </Link>
  );
}

export function WebhookLink({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <Link to="/webhooks/$id" params={{ id }} title={name} className={`block truncate font-medium ${look}`}>
      {name}
    </Link>
  );
}
