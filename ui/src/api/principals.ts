// The people of a tenant who sign in, and the clients that get access tokens.

import { queryOptions } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type {
  ClientOut,
  ClientWithSecret as WithSecretSchema,
  PrincipalIn,
  PrincipalPatch,
  UserOut,
} from '../../../server/src/dialects/native/access/principal-schemas.ts';
import { call } from './call.ts';
import { everyPage } from './every-page.ts';

export type Client = Static<typeof ClientOut>;
export type User = Static<typeof UserOut>;
export type Principal = User | Client;
export type ClientWithSecret = Static<typeof WithSecretSchema>;

export const principalsQuery = queryOptions({
  queryKey: ['principals'],
  queryFn: ({ signal }) => everyPage<Principal>('/principals', signal),
});

export const createPrincipal = <Created extends Principal>(body: PrincipalIn): Promise<Created> =>
  call('POST', '/principals', { body });

export const changePrincipal = (id: string, body: PrincipalPatch): Promise<Principal> =>
  call('PATCH', `/principals/${id}`, { body });

export const deletePrincipal = (id: string): Promise<void> => call('DELETE', `/principals/${id}`);

export const rotateClientSecret = (id: string): Promise<ClientWithSecret> =>
  call('POST', `/principals/${id}/secrets/rotate`);
