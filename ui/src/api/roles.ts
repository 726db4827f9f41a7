// Named sets of permissions, the built-in ones first.

import { queryOptions } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { RoleIn, RoleOut } from '../../../server/src/dialects/native/access/roles.ts';
import { call } from './call.ts';
import { everyPage } from './every-page.ts';

export type Role = Static<typeof RoleOut>;

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: ({ signal }) => everyPage<Role>('/roles', signal),
});

export const createRole = (body: Static<typeof RoleIn>): Promise<Role> => call('POST', '/roles', { body });

export const changeRole = (id: string, body: Static<typeof RoleIn>): Promise<Role> =>
  call('PATCH', `/roles/${id}`, { body });

export const deleteRole = (id: string): Promise<void> => call('DELETE', `/roles/${id}`);
