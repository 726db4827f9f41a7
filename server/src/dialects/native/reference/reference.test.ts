import { validate } from '@scalar/openapi-parser';
import { afterAll, expect, test } from 'vitest';
import { startNative } from '../../../../test/native/native-server.ts';

const native = await startNative();
afterAll(() => native[Symbol.asyncDispose]());

test('the document is valid OpenAPI 3.1 and needs no credentials', async () => {
  const { status, body } = await native.call('GET', '/api/v1/openapi.json', undefined, { authorization: '' });

  const { valid, errors } = await validate(body);

  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.0');
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
});

test('every call documents its permission, its errors and what it takes', async () => {
  const { body } = await native.call('GET', '/api/v1/openapi.json');
  const operations = Object.values(body.paths as object).flatMap((path) => Object.entries(path as object));

  for (const [method, operation] of operations) {
    if (operation.security !== undefined) continue;
    expect(operation.description).toMatch(/Needs /);
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403', '422', '503']));
    if (method !== 'post') continue;
    const names = (operation.parameters ?? []).map(({ name }: { name: string }) => name);
    // A test and a check change nothing that an answer could be kept with, and a session is in no stored answer.
    expect([operation.operationId, names.includes('Idempotency-Key')]).toEqual([
      operation.operationId,
      !['testWebhook', 'checkUrl', 'checkFilter', 'sendTestMail', 'changePassword'].includes(
        operation.operationId,
      ),
    ]);
  }
});

test('every change tells that bodies of other types are refused, and a patch that it may be a merge patch', async () => {
  const { body } = await native.call('GET', '/api/v1/openapi.json');
  const operations = Object.values(body.paths as object).flatMap((path) => Object.entries(path as object));
  const changes = operations.filter(([method]) => method !== 'get').map(([, operation]) => operation);
  const patches = operations.filter(([method]) => method === 'patch').map(([, operation]) => operation);

  expect(changes.filter(({ responses }) => responses['415'] === undefined)).toEqual([]);
  expect(patches.length).toBeGreaterThan(5);
  for (const { requestBody } of patches) {
    expect(Object.keys(requestBody.content)).toEqual(['application/json', 'application/merge-patch+json']);
  }
});

test('only the public keys and signing in are open to everybody', async () => {
  const { body } = await native.call('GET', '/api/v1/openapi.json');
  const operations = Object.entries(body.paths as object).flatMap(([path, methods]) =>
    Object.values(methods as object).map((operation) => [path, operation.security] as const),
  );
  expect(operations.filter(([, security]) => security !== undefined)).toEqual([
    ['/.well-known/jwks.json', []],
    ['/api/v1/session', []],
  ]);
});

test('the document tells what receivers get, for every event type that a dialect brings', async () => {
  const { body } = await native.call('GET', '/api/v1/openapi.json');

  expect(Object.keys(body.webhooks)).toHaveLength(44);
  expect(body.webhooks.page_created.post.parameters.map(({ name }: { name: string }) => name)).toEqual([
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
    'content-digest',
    'signature-input',
    'signature',
  ]);
});

test('the reference page needs no other host and no script of its own', async () => {
  const open = (path: string) => native.call('GET', `/api/v1${path}`, undefined, { authorization: '' });

  const page = await open('/reference');
  const html = page.bytes.toString();
  const policy = String(page.headers['content-security-policy']);

  expect(page.status).toBe(200);
  expect(policy).toMatch(/default-src 'none'; script-src 'self';/);
  expect(html).not.toMatch(/<script(?! src="\/api\/v1\/)/);
  for (const [, path] of html.matchAll(/src="\/api\/v1([^"]+)"/g)) {
    const script = await open(path!);
    expect([path, script.status]).toEqual([path, 200]);
    expect(script.headers['content-type']).toMatch(/javascript/);
    expect(script.bytes.length).toBeGreaterThan(100);
  }
});
