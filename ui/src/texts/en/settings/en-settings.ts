// English of the settings, tab by tab.

import { apiKeys, people, roles } from './access.ts';
import { audit } from './audit.ts';
import { permissions } from './permissions.ts';
import { portalLinks } from './portal-links.ts';
import { account, settings, tenants } from './settings.ts';
import { configuration, egress, nodes, notifications, storage } from './system.ts';

export const enSettings = {
  settings,
  account,
  tenants,
  apiKeys,
  people,
  roles,
  permissions,
  portalLinks,
  audit,
  notifications,
  storage,
  egress,
  nodes,
  configuration,
} as const;
