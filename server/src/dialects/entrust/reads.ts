// What the dialect asks of the store.

import type { Reads as AllReads } from '../../api/reads.ts';

export type Reads = Pick<AllReads, 'listWebhooks' | 'getWebhookByWireId'>;
