// Where one can go in a portal, and what the link must let see for the page to show anything.

import type { Permission } from '../api/session.ts';

type Place = {
  readonly to: string;
  readonly name: 'webhooks' | 'deliveries' | 'events';
  readonly needs: Permission;
};

export const places: readonly Place[] = [
  { to: '/webhooks', name: 'webhooks', needs: 'WEBHOOKS:VIEW' },
  { to: '/deliveries', name: 'deliveries', needs: 'DELIVERIES:VIEW' },
  { to: '/events', name: 'events', needs: 'EVENTS:VIEW' },
];
