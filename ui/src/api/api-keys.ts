// The keys that programs sign in with.

import { queryOptions } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type {
  ApiKeyIn,
  ApiKeyOut,
  ApiKeyPatch,
  ApiKeyWithToken as WithTokenSchema,
} from '../../../server/src/dialects/native/access/api-keys.ts';
import { call } from './call.ts';
import { everyPage } from './every-page.ts';

export type ApiKey = Static<typeof ApiKeyOut>;
export type ApiKeyWithToken = Static<typeof WithTokenSchema>;

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => everyPage<ApiKey>('/api-keys', signal),
});

export const createApiKey = (body: Static<typeof ApiKeyIn>): Promise<ApiKeyWithToken> =>
  call('POST', '/api-keys', { body });

export const changeApiKey = (id: string, body: Static<typeof ApiKeyPatch>): Promise<ApiKey> =>
  call('PATCH', `/api-keys/${id}`, { body });

export const revokeApiKey = (id: string): Promise<void> => call('DELETE', `/api-keys/${id}`);
