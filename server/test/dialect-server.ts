// The HTTP server with one dialect, ready and without metrics: for tests that call it in their own process.

import type { Authenticate } from '../src/api/authenticate.ts';
import type { Dialect } from '../src/api/dialect.ts';
import { makeServer, type Server } from '../src/api/server.ts';
import type { Foundation } from '../src/app/foundation.ts';
import { allPermissions, type Caller } from '../src/domain/access.ts';

export function serverWith(
  dialect: Dialect,
  authenticate: Authenticate,
  { ids, emit }: Pick<Foundation, 'ids' | 'emit'>,
  bodyBytesMax = 4_096,
): Server {
  return makeServer(
    {
      dialects: [dialect],
      authenticate,
      ready: async () => ({ ready: true, checks: {} }),
      frameOfPortal: async () => undefined,
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
      ids,
      emit,
    },
    { trustedProxies: [], bodyBytesMax, metricsOpen: false, https: false, pagesDirectory: '/nowhere' },
  );
}

/** Who may do everything in a tenant. */
export function administratorOf(tenantId: string): Caller {
  return {
    principal: {
      kind: 'system',
      id: 'usr_test',
      name: 'test',
      tenantId,
      permissions: new Set(allPermissions),
    },
    address: null,
  };
}
