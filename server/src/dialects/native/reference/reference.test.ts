import { createHash } from 'node:crypto';
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
    expect(operation.description).toMatch(/Needs /);
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403', '422', '503']));
    if (method !== 'post') continue;
    const names = operation.parameters.map(({ name }: { name: string }) => name);
    expect(names).toContain('Idempotency-Key');
  }
});

test('the document tells what receivers get, for every event type that a dialect brings', async () => {
  const { body } = await native.call('GET', '/api/v1/openapi.json');

  expect(Object.keys(body.webhooks)).toHaveLength(44);
  expect(body.webhooks.page_created.post.parameters.map(({ name }: { name: string }) => name)).toEqual([
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
  ]);
});

test('the reference page loads nothing from elsewhere, and its policy allows exactly its own script', async () => {
  const page = await native.call('GET', '/api/v1/reference/', undefined, { authorization: '' });
  const html = page.bytes.toString();
  const policy = String(page.headers['content-security-policy']);

  const [, script] = /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(html)!;
  const hash = createHash('sha256').update(script!).digest('base64');
  const library = await native.call('GET', '/api/v1/reference/js/scalar.js', undefined, {
    authorization: '',
  });

  expect(page.status).toBe(200);
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
  expect(policy).toContain(`script-src 'self' 'sha256-${hash}'`);
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  expect(library.status).toBe(200);
  expect(library.headers['content-type']).toMatch(/javascript/);
});
