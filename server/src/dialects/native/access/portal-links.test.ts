import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNative, type NativeServer } from '../../../../test/native/native-server.ts';
import { permissionsOf } from '../permissions.ts';

let native: NativeServer;
let acme: { readonly id: string; readonly key: string };

beforeAll(async () => {
  native = await startNative();
  acme = await native.tenant('acme');
});
afterAll(() => native[Symbol.asyncDispose]());

const path = '/api/v1/portal-links';
const as = (token: string) => ({ authorization: `Bearer ${token}` });

async function create(body: object, headers = {}) {
  const answer = await native.call('POST', path, body, headers);
  const [url = '', token = ''] = String(answer.body.url).split('#');
  return { ...answer, url, token };
}

describe('a link', () => {
  test('lets its holder work in its tenant, and tells how the page looks', async () => {
    const theme = {
      title: 'Acme webhooks',
      accentColor: '#2F6FED',
      logoUrl: 'https://cdn.example.com/logo.svg',
      allowedOrigins: ['https://app.example.com'],
    };
    const { status, body, url, token } = await create({ tenantId: acme.id, expiresInS: 600, ...theme });
    expect(status).toBe(201);
    expect(url).toBe(`http://127.0.0.1:8480/portal/${body.id}`);
    expect(token).toMatch(/^phl_[\w-]{43}$/);
    expect(body).toMatchObject({ ...theme, accentColor: '#2f6fed' });

    const current = await native.call('GET', `${path}/current`, undefined, as(token));
    expect(current.body).toEqual({
      id: body.id,
      title: 'Acme webhooks',
      accentColor: '#2f6fed',
      logoUrl: 'https://cdn.example.com/logo.svg',
      tenant: { id: acme.id, name: 'acme' },
      permissions: body.permissions,
      expiresAt: new Date(native.clock.wall() + 600_000).toISOString(),
    });

    const who = await native.call('GET', '/api/v1/session', undefined, as(token));
    expect(who.body).toMatchObject({
      principal: { kind: 'portal-link', id: body.id, name: 'Acme webhooks' },
      tenant: { id: acme.id },
      homeTenant: { id: acme.id },
    });

    const webhook = { name: 'mine', url: 'https://example.com/', eventTypes: ['*'] };
    const made = await native.call('POST', '/api/v1/webhooks', webhook, as(token));
    expect(made.status).toBe(201);
    expect(
      (await native.call('GET', `/api/v1/webhooks/${made.body.id}`, undefined, as(acme.key))).status,
    ).toBe(200);
    expect((await native.call('GET', `/api/v1/webhooks/${made.body.id}`)).status).toBe(404);
    const audit = await native.call('GET', '/api/v1/audit', undefined, as(acme.key));
    expect(audit.body.data[0]).toMatchObject({
      action: 'webhook.created',
      actor: { kind: 'portal-link', id: body.id, name: 'Acme webhooks' },
    });
  });

  test('shows its token once, to who creates it', async () => {
    const key = { 'idempotency-key': 'once' };
    const { body, url, token } = await create({ tenantId: acme.id }, key);
    const repeated = await create({ tenantId: acme.id }, key);
    expect([repeated.status, repeated.body]).toEqual([201, { ...body, url }]);
    const list = await native.call('GET', `${path}?tenantId=${acme.id}`);
    const audit = await native.call('GET', `/api/v1/audit?tenantId=${acme.id}`);
    expect(list.body.data[0]).toMatchObject({ id: body.id, title: null, allowedOrigins: [] });
    expect(JSON.stringify([list.body, audit.body])).not.toContain(token);
  });

  test('is over at its time, and no longer listed', async () => {
    const { body, token } = await create({ tenantId: acme.id, expiresInS: 60 });
    await native.clock.advance(59_000);
    expect((await native.call('GET', '/api/v1/webhooks', undefined, as(token))).status).toBe(200);
    expect(await native.portalLinks.frame(body.id)).toBeDefined();
    await native.clock.advance(1_000);
    expect((await native.call('GET', '/api/v1/webhooks', undefined, as(token))).status).toBe(401);
    expect(await native.portalLinks.frame(body.id)).toBeUndefined();
    const { body: list } = await native.call('GET', `${path}?tenantId=${acme.id}`);
    expect(list.data.map(({ id }: { id: string }) => id)).not.toContain(body.id);
  });

  test('that is ended is refused at once, and within a second on every other node', async () => {
    const { body, token } = await create({ tenantId: acme.id });
    expect((await native.call('GET', '/api/v1/webhooks', undefined, as(token))).status).toBe(200);
    expect(await native.otherNode.withPortalToken(token)).toMatchObject({ tenantId: acme.id });
    expect((await native.call('DELETE', `${path}/${body.id}?tenantId=${acme.id}`)).status).toBe(204);
    expect((await native.call('GET', '/api/v1/webhooks', undefined, as(token))).status).toBe(401);
    await native.clock.advance(1_000);
    expect(await native.otherNode.withPortalToken(token)).toBeUndefined();
    expect(await native.portalLinks.frame(body.id)).toBeUndefined();
    expect((await native.call('DELETE', `${path}/${body.id}?tenantId=${acme.id}`)).status).toBe(404);
  });

  test('is refused however often without keeping others of the same address out', async () => {
    const wrong = `phl_${'x'.repeat(43)}`;
    for (let times = 0; times < 30; times++) {
      expect((await native.call('GET', '/api/v1/webhooks', undefined, as(wrong))).status).toBe(401);
    }
    expect((await native.call('GET', '/api/v1/webhooks')).status).toBe(200);
  });

  test('ends with its tenant', async () => {
    const gone = await native.tenant('gone');
    const { body, token } = await create({ tenantId: gone.id });
    await native.call('DELETE', `/api/v1/tenants/${gone.id}`);
    expect((await native.call('GET', '/api/v1/webhooks', undefined, as(token))).status).toBe(401);
    expect(await native.portalLinks.frame(body.id)).toBeUndefined();
  });
});

describe('what a link may', () => {
  test('never reaches other tenants or the installation, in the tenant of the operator neither', async () => {
    const { token } = await create({});
    for (const other of [`/api/v1/tenants/${acme.id}`, `${path}?tenantId=${acme.id}`, '/api/v1/nodes']) {
      const { status } = await native.call('GET', other, undefined, as(token));
      expect([other, [403, 404].includes(status)]).toEqual([other, true]);
    }
    const tenants = await native.call('GET', '/api/v1/tenants', undefined, as(token));
    expect(tenants.body.data).toHaveLength(1);
    const { body } = await native.call('GET', `${path}/current`, undefined, as(token));
    expect(body.permissions.join()).not.toMatch(/TENANTS|SYSTEM|PRINCIPALS|ROLES|APIKEYS|PORTALLINKS|AUDIT/);
  });

  test.each(['TENANTS:VIEW', 'SYSTEM:VIEW', 'APIKEYS:ADD', 'PORTALLINKS:ADD', 'PRINCIPALS:EDIT'])(
    'can not be %s',
    async (permission) => {
      const { status, body } = await create({ permissions: [permission] });
      expect([status, body.errors[0].pointer]).toEqual([422, '/permissions/0']);
    },
  );

  test('is what its maker may, or less', async () => {
    const key = await native.apiKey(['PORTALLINKS:ADD', 'WEBHOOKS:VIEW'], acme.id);
    expect((await create({}, as(key))).status).toBe(403);
    expect((await create({ permissions: ['WEBHOOKS:VIEW', 'WEBHOOKS:EDIT'] }, as(key))).status).toBe(403);
    const { status, token } = await create({ permissions: ['WEBHOOKS:VIEW'] }, as(key));
    expect(status).toBe(201);
    expect((await native.call('GET', '/api/v1/webhooks', undefined, as(token))).status).toBe(200);
    expect((await native.call('GET', '/api/v1/events', undefined, as(token))).status).toBe(403);
  });

  test('is not to make links for another tenant, without permissions for tenants', async () => {
    const others = await native.tenant('others');
    expect((await create({ tenantId: others.id }, as(acme.key))).status).toBe(404);
    expect((await create({ tenantId: 'nonsense' }, as(acme.key))).status).toBe(404);
    expect((await create({ tenantId: acme.id }, as(acme.key))).status).toBe(201);
  });

  test('is nothing where its token comes otherwise than as Bearer, or is half of it', async () => {
    const { token } = await create({});
    const basic = (user: string, password: string) =>
      `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    for (const authorization of [
      basic('admin', token),
      basic(token, ''),
      `Bearer ${token.slice(0, -1)}`,
      `Bearer ${token}x`,
    ]) {
      const { status } = await native.call('GET', '/api/v1/webhooks', undefined, { authorization });
      expect(status).toBe(401);
    }
  });
});

test('only who came by a link has a current one', async () => {
  expect((await native.call('GET', `${path}/current`)).status).toBe(404);
  expect(permissionsOf.getCurrentPortalLink).toEqual([]);
});

test('a page may be framed by the origins of its link, and shows its logo from one place', async () => {
  const { body } = await create({
    allowedOrigins: ['https://app.example.com', 'http://localhost:3000'],
    logoUrl: 'data:image/png;base64,iVBORw0KGgo=',
  });
  expect(await native.portalLinks.frame(body.id)).toEqual({
    allowedOrigins: ['https://app.example.com', 'http://localhost:3000'],
    logoOrigin: 'data:',
  });
  for (const id of ['ptl_01kdvdna00e81505w2ysr56cs2', 'nonsense', '']) {
    expect(await native.portalLinks.frame(id)).toBeUndefined();
  }
});

test.each([
  [{ expiresInS: 59 }, '/expiresInS'],
  [{ expiresInS: 86_401 }, '/expiresInS'],
  [{ accentColor: 'red' }, '/accentColor'],
  [{ logoUrl: 'http://example.com/logo.png' }, '/logoUrl'],
  [{ allowedOrigins: ['https://example.com/'] }, '/allowedOrigins/0'],
  [{ title: '' }, '/title'],
  [{ color: '#ffffff' }, '/color'],
])('%j is refused at %s', async (given, pointer) => {
  const { status, body } = await create(given);
  expect([status, body.errors[0].pointer]).toEqual([422, pointer]);
});
