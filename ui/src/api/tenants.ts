// The tenants that the operator looks after.

import { queryOptions } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { TenantOut } from '../../../server/src/dialects/native/access/tenants.ts';
import { call } from './call.ts';
import { everyPage } from './every-page.ts';

export type Tenant = Static<typeof TenantOut>;

/** The name of the operator's: it runs the others, keeps its name, and can't be deleted. */
export const operatorTenant = 'default';

export const tenantsQuery = queryOptions({
  queryKey: ['tenants', 'list'],
  queryFn: ({ signal }) => everyPage<Tenant>('/tenants', signal),
});

export const createTenant = (name: string): Promise<Tenant> => call('POST', '/tenants', { body: { name } });

export const renameTenant = (id: string, name: string): Promise<Tenant> =>
  call('PATCH', `/tenants/${id}`, { body: { name } });

export const deleteTenant = (id: string): Promise<void> => call('DELETE', `/tenants/${id}`);
