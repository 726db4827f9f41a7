import { fastify } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { adminPassword, controlPlane, firstPage, type ControlPlane } from '../../test/control-plane.ts';
import { dayMs, hourMs } from '../domain/clock.ts';
import { ownKeys, type Webhook } from '../domain/webhook.ts';
import { makeAuthenticate, protect } from './authenticate.ts';
import { answerErrors } from './errors.ts';
import { makeOnce } from './idempotency.ts';
import { bodiesAsBytes } from './media-types.ts';
import { renderProblem } from './problem.ts';

let plane: ControlPlane;
let app: ReturnType<typeof appOf>;
beforeEach(async () => {
  plane = await controlPlane();
  app = appOf();
});
afterEach(() => plane[Symbol.asyncDispose]());

/** Creates a webhook, or a user, which a second one of the same name can't be. */
function appOf() {
  const { store, clock, signIn, webhooks, users, tenantId } = plane;
  const once = makeOnce({ store, clock });
  const server = fastify();
  server.decorateRequest('bytes');
  bodiesAsBytes(server);
  answerErrors(server, () => {}, renderProblem);
  protect(server, makeAuthenticate({ signIn, clock, emit: () => {} }).authenticate);

  const created = (body: unknown) => ({ status: 201, body: JSON.stringify(body) });
  const secretOf = ({ signing }: Webhook) => ownKeys(signing)[0]?.secret.reveal();
  server.post('/webhooks', { config: { permissions: [] } }, async (request, reply) => {
    const name = Buffer.from(request.bytes).toString();
    const answer = await once(
      request,
      (remember) => webhooks.create(request.caller, plane.webhookDraft({ name }), { kind: 'none' }, remember),
      {
        fresh: (webhook: Webhook) => created({ id: webhook.id, secret: secretOf(webhook) }),
        stored: (webhook: Webhook) => created({ id: webhook.id, secret: 'whsec_****' }),
      },
    );
    return reply
      .status(answer.status)
      .header('idempotency-replayed', String(answer.repeated))
      .send(answer.body);
  });
  server.post('/users', { config: { permissions: [] } }, async (request, reply) => {
    const draft = {
      username: 'anna',
      displayName: '',
      email: null,
      roleId: 'rol_auditor',
      password: adminPassword,
    };
    const same = ({ id }: { readonly id: string }) => created({ id });
    const answer = await once(
      request,
      (remember) => users.create(request.caller, tenantId, draft, remember),
      {
        fresh: same,
        stored: same,
      },
    );
    return reply.status(answer.status).send(answer.body);
  });
  return server;
}

const post = (url: string, key: string | undefined, body = 'Orders', token = plane.adminToken) =>
  app.inject({
    method: 'POST',
    url,
    payload: body,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'text/plain',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
  });
const webhooksOf = async () => (await plane.store.listWebhooks(plane.tenantId, {}, firstPage)).rows;

test('a repeated POST gets the first answer without its secret, and changes nothing', async () => {
  const first = await post('/webhooks', 'k1');
  const again = await post('/webhooks', 'k1');
  expect([first.statusCode, again.statusCode]).toEqual([201, 201]);
  expect(first.json()).toMatchObject({ secret: expect.stringMatching(/^whsec_.{44}$/) as string });
  expect(again.json()).toEqual({ id: first.json<{ id: string }>().id, secret: 'whsec_****' });
  expect([first, again].map(({ headers }) => headers['idempotency-replayed'])).toEqual(['false', 'true']);
  expect(await webhooksOf()).toHaveLength(1);
  expect((await plane.auditLog()).filter(({ action }) => action === 'webhook.created')).toHaveLength(1);
});

test('without a key every POST counts', async () => {
  await post('/webhooks', undefined);
  await post('/webhooks', undefined);
  expect(await webhooksOf()).toHaveLength(2);
});

test.each(['/webhooks', '/users'])(
  'CON-05: 20 POSTs to %s at once with one key make one thing',
  async (url) => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(url, 'k1')));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(answers.map((answer) => answer.json<{ id: string }>().id)).size).toBe(1);
  },
);

test('CON-06: the same key with another body is 422', async () => {
  await post('/webhooks', 'k1', 'Orders');
  const other = await post('/webhooks', 'k1', 'Ordert');
  expect(other.statusCode).toBe(422);
  expect(other.json()).toMatchObject({ code: 'idempotency_key_reuse' });
  expect(await webhooksOf()).toHaveLength(1);
});

test('CON-07: a key is kept for seven days', async () => {
  await post('/webhooks', 'k1');
  await plane.clock.advance(6 * dayMs + 23 * hourMs);
  expect((await post('/webhooks', 'k1')).headers['idempotency-replayed']).toBe('true');
  await plane.clock.advance(2 * hourMs);
  expect((await post('/webhooks', 'k1')).headers['idempotency-replayed']).toBe('false');
});

test('CON-08: the same key of another tenant or for another route is another key', async () => {
  await post('/webhooks', 'k1');
  expect((await post('/users', 'k1')).statusCode).toBe(201);
  const tenant = await plane.tenants.create(plane.admin, { name: 'other' });
  const { token } = await plane.apiKeys.create(plane.admin, tenant.id, {
    name: 'k',
    permissions: ['WEBHOOKS:ADD'],
    expiresAt: null,
  });
  const other = await post('/webhooks', 'k1', 'Orders', token.reveal());
  expect(other.headers['idempotency-replayed']).toBe('false');
});

test('a refused POST is not remembered', async () => {
  expect((await post('/users', 'k1')).statusCode).toBe(201);
  expect((await post('/users', 'k2')).statusCode).toBe(409);
  const { id } = (await plane.store.getUserByName('anna'))!;
  await plane.users.remove(plane.admin, plane.tenantId, id);
  expect((await post('/users', 'k2')).statusCode).toBe(201);
});

test.each(['', 'é', 'a\tb', 'x'.repeat(256)])('the key %j is 422', async (key) => {
  const response = await post('/webhooks', key);
  expect(response.statusCode).toBe(422);
  expect(response.json()).toMatchObject({ errors: [{ pointer: 'header/idempotency-key', rule: 'format' }] });
});

test('a key of 255 printable characters is taken', async () => {
  expect((await post('/webhooks', '~'.repeat(255))).statusCode).toBe(201);
  expect((await post('/webhooks', 'a key with spaces')).statusCode).toBe(201);
});
