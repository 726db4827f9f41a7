// The tabs of the settings, and what one must be able to see for each.

import type { Permission } from '../../api/session.ts';
import type * as texts from '../../texts/texts.ts';

export type TabName = keyof typeof texts.settings.tabs;

type Tab = {
  readonly name: TabName;
  readonly to: `/settings/${TabName}`;
  /** Null where there is something for everybody. */
  readonly needs: Permission | null;
};

export const tabs: readonly Tab[] = [
  tab('api-keys', 'APIKEYS:VIEW'),
  tab('people', 'PRINCIPALS:VIEW'),
  tab('roles', 'ROLES:VIEW'),
  tab('portal', 'PORTALLINKS:VIEW'),
  tab('tenants', 'TENANTS:VIEW'),
  tab('audit', 'AUDIT:VIEW'),
  tab('notifications', 'PRINCIPALS:VIEW'),
  tab('storage', 'SYSTEM:VIEW'),
  tab('egress', 'SYSTEM:VIEW'),
  tab('nodes', 'SYSTEM:VIEW'),
  tab('configuration', 'SYSTEM:VIEW'),
  tab('account', null),
];

function tab(name: TabName, needs: Permission | null): Tab {
  return { name, to: `/settings/${name}`, needs };
}
