// The token's owner as a person of the account: what clients ask first (specification §2.9).

import type { Principal } from '../../domain/access.ts';
import { timeOfId } from '../../domain/id.ts';
import { nodeId, personNumber } from './node-id.ts';
import { wholeSeconds } from '../../api/whole-seconds.ts';

/** What a person of ours is not is null: references, and an address that nobody told us. */
export function personRecord({ id, name, kind }: Principal, nodeDomain: string) {
  const number = personNumber(id);
  const since = wholeSeconds(timeOfId(id) ?? 0);
  return {
    id: number,
    name,
    primary_email: kind === 'user' && name.includes('@') ? name : null,
    disabled: false,
    organization: null,
    site: null,
    manager: null,
    locale: 'en',
    time_zone: 'UTC',
    source: null,
    sourceID: null,
    created_at: since,
    updated_at: since,
    nodeID: nodeId(nodeDomain, 'Person', number),
  };
}
