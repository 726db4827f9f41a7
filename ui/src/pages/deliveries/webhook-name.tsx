// A webhook of which only the id is at hand, by its name; by the id where it is gone or may not be seen.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMay } from '../../api/session.ts';
import { webhookQuery } from '../../api/webhook-names.ts';

export function WebhookName({ id }: { readonly id: string }) {
  const may = useMay();
  const { data } = useQuery({ ...webhookQuery(id), enabled: may('WEBHOOKS:VIEW'), retry: false });
  return <span title={id}>{data?.name ?? id}</span>;
}

/** To its overview, or to where it is changed. */
export function WebhookLink({
  id,
  toChange = false,
  children,
}: {
  readonly id: string;
  readonly toChange?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <Link
      to={toChange ? '/webhooks/$id/settings' : '/webhooks/$id'}
      params={{ id }}
      className="font-medium text-accent-strong underline"
    >
      {children}
    </Link>
  );
}
