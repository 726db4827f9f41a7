import { afterAll, expect, test } from 'vitest';
import { startNative } from '../../../test/native/native-server.ts';
import type { Need, Permission } from '../../domain/access.ts';
import { permissionsOf } from './permissions.ts';

type Route = { readonly method: string; readonly path: string; readonly operationId: string };

const native = await startNative();
afterAll(() => native[Symbol.asyncDispose]());

/** Every documented route that asks who is calling, from the document that a client sees. */
const { body: document } = await native.call('GET', '/api/v1/openapi.json');
const routes: Route[] = Object.entries(
  document.paths as Record<string, Record<string, { operationId: string; security?: object[] }>>,
).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { security }]) => security === undefined)
    .map(([method, { operationId }]) => ({ method: method.toUpperCase(), path, operationId })),
);

test('AUT-02: every operation of the table has a route, and every route is in the table', () => {
  expect(routes.map(({ operationId }) => operationId).toSorted()).toEqual(
    Object.keys(permissionsOf).toSorted(),
  );
});

test('AUT-02: whatever is registered below /api/v1 is documented, describes the API itself, or signs in', () => {
  const documented = new Set(
    routes.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  const open = new Set([
    'GET /api/v1/openapi.json',
    'GET /api/v1/reference',
    'GET /api/v1/reference/scalar.js',
    'GET /api/v1/reference/start.js',
    'POST /api/v1/session',
  ]);
  const registered = native.registered.filter(({ url, refuses }) => url.startsWith('/api/v1') && !refuses);
  const unknown = registered
    .filter(({ method }) => method !== 'HEAD')
    .map(({ method, url }) => `${method} ${url}`)
    .filter((route) => !documented.has(route) && !open.has(route));

  expect(unknown).toEqual([]);
});

/** The stream has a test of its own. */
function answersAtOnce({ operationId }: Route): boolean {
  return operationId !== 'getLive';
}

const roles: Record<string, readonly Permission[]> = {
  'a publish-only key': ['EVENTS:ADD'],
  'a read-only key': [...new Set(Object.values(permissionsOf).flat(2))].filter((permission) =>
    permission.endsWith(':VIEW'),
  ),
  'a key without permissions': [],
};

for (const [who, held] of Object.entries(roles)) {
  test(`AUT-02: ${who} gets exactly the calls that the table gives it`, async () => {
    const authorization = `Bearer ${await native.apiKey(held)}`;
    for (const { method, path, operationId } of routes.filter(answersAtOnce)) {
      const needed: readonly Need[] = permissionsOf[operationId as keyof typeof permissionsOf];
      const allowed = needed.every((need) => [need].flat().some((permission) => held.includes(permission)));
      const url = path.replaceAll(/\{\w+\}/g, 'unknown');

      const { status } = await native.call(method, url, method === 'GET' ? undefined : '{', {
        authorization,
      });

      expect([operationId, status === 403]).toEqual([operationId, !allowed]);
      expect([operationId, status]).not.toEqual([operationId, 401]);
    }
  });
}

test('without credentials every call is 401, before its body or path is looked at', async () => {
  for (const { method, path, operationId } of routes) {
    const url = path.replaceAll(/\{\w+\}/g, 'unknown');
    const { status } = await native.call(method, url, method === 'GET' ? undefined : '{', {
      authorization: '',
    });
    expect([operationId, status]).toEqual([operationId, 401]);
  }
});
