// Who has signed in, in which tenant, and what they may do.

import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Permission } from '../../../server/src/domain/access.ts';
import { call, type CallOptions } from './call.ts';

export type { Permission };

export type Session = {
  readonly principal: {
    readonly id: string;
    readonly kind: string;
    readonly name: string;
    readonly displayName: string;
  };
  readonly tenant: { readonly id: string; readonly name: string };
  readonly homeTenant: { readonly id: string; readonly name: string };
  readonly permissions: readonly Permission[];
  readonly version: string;
};

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => call<Session>('GET', '/session', { signal }),
  staleTime: 60_000,
  retry: false,
});

/** The session of a page that only shows to who has signed in. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (data === undefined) throw new Error('This page is for people who have signed in');
  return data;
}

/** Whether the person may do this, so that only what would work is offered. */
export function useMay(): (...permissions: readonly Permission[]) => boolean {
  const { data } = useQuery(sessionQuery);
  return (...permissions) =>
    permissions.every((permission) => data?.permissions.includes(permission) === true);
}

export const signIn = (username: string, password: string): Promise<Session> =>
  call('POST', '/session', { body: { username, password }, mayBeUnknown: true });

export const signOut = (): Promise<void> => call('DELETE', '/session', { mayBeUnknown: true });

export const enterTenant = (tenantId: string, options: CallOptions = {}): Promise<Session> =>
  call('PATCH', '/session', { ...options, body: { tenantId } });

export const changePassword = (currentPassword: string, newPassword: string): Promise<Session> =>
  call('POST', '/session/password', { body: { currentPassword, newPassword } });
