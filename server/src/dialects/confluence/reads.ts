// What the dialect asks of the store: lists, one webhook by its number, and how its deliveries went.

import type { Reads as AllReads } from '../../api/reads.ts';

export type Reads = Pick<
  AllReads,
  'listWebhooks' | 'getWebhookByWireId' | 'webhookStatistics' | 'lastExchanges'
>;
