// The webhook that the open tab is about. Its page shows tabs only once it is there.

import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { versionedWebhookQuery, type VersionedWebhook } from '../../../api/webhooks.ts';

export function useWebhook(): VersionedWebhook {
  const { id } = useParams({ from: '/shell/webhooks/$id' });
  return useSuspenseQuery(versionedWebhookQuery(id)).data;
}
