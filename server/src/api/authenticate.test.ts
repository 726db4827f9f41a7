import { fastify, type InjectOptions, type LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { adminPassword, controlPlane, type ControlPlane } from '../../test/control-plane.ts';
import { hourMs, minuteMs } from '../domain/clock.ts';
import type { Refusal } from '../domain/refusal.ts';
import { Secret } from '../domain/secret.ts';
import type { Signal } from '../domain/signal.ts';
import { makeAuthenticate, protect, type Authenticate, type Authentication } from './authenticate.ts';
import { answerErrors } from './errors.ts';
import { renderProblem } from './problem.ts';

let plane: ControlPlane;
let signals: Signal[];
let app: ReturnType<typeof appOf>;
let authentication: Authentication;

beforeEach(async () => {
  plane = await controlPlane();
  signals = [];
  app = appOf(false);
});
afterEach(() => plane[Symbol.asyncDispose]());

const emit = (signal: Signal) => void signals.push(signal);

function appOf(trustProxy: string | false) {
  const { signIn, clock } = plane;
  authentication = makeAuthenticate({ signIn, clock, emit });
  return serverOf(authentication.authenticate, trustProxy);
}

function serverOf(authenticate: Authenticate, trustProxy: string | false = false) {
  const server = fastify({ trustProxy });
  answerErrors(server, emit, renderProblem);
  protect(server, authenticate);
  server.all('/open', { config: { permissions: [] } }, async ({ caller }) => ({
    name: caller.principal.name,
    kind: caller.principal.kind,
    address: caller.address,
  }));
  server.post('/publish', { config: { permissions: ['EVENTS:ADD'] } }, async () => 'published');
  server.post('/both', { config: { permissions: ['EVENTS:ADD', 'EVENTS:VIEW'] } }, async () => 'both');
  return server;
}

const call = (authorization: string | undefined, more: InjectOptions = {}): Promise<LightMyRequestResponse> =>
  app.inject({
    url: '/open',
    ...more,
    headers: { ...(authorization === undefined ? {} : { authorization }), ...more.headers },
  });
const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
const login = (username: string, password: string, more: InjectOptions = {}) =>
  call(basic(username, password), more);
const right = (more: InjectOptions = {}) => login('admin', adminPassword.reveal(), more);

const aClient = () =>
  plane.clients.create(plane.admin, plane.tenantId, { displayName: 'Importer', roleId: 'rol_auditor' });
const grant = (clientId: string, secret: string, address = '192.0.2.9') =>
  authentication.grantToken(clientId, secret, address);

async function aToken(): Promise<string> {
  const { client, secret } = await aClient();
  return (await grant(client.clientId, secret.reveal()))!.token.reveal();
}

/** `refused` for what is wrong, the code of a refusal for what was not tried. */
async function outcomeOf(clientId: string, secret: string, address = '192.0.2.9'): Promise<string> {
  try {
    return (await grant(clientId, secret, address)) === undefined ? 'refused' : 'granted';
  } catch (error) {
    return (error as Refusal).code;
  }
}

describe('schemes', () => {
  test('Bearer takes an API key, Basic a password or an API key as the password', async () => {
    for (const authorization of [`Bearer ${plane.adminToken}`, `bearer  ${plane.adminToken}`]) {
      expect((await call(authorization)).json()).toMatchObject({ kind: 'api-key', name: 'ADMIN_TOKEN' });
    }
    expect((await right()).json()).toMatchObject({ kind: 'user', name: 'admin', address: '127.0.0.1' });
    expect((await login('anybody', plane.adminToken)).json()).toMatchObject({ kind: 'api-key' });
  });

  test('a password may hold colons and any character', async () => {
    const password = 'a:b:ü: 😀 long';
    const admin = (await plane.store.getUserByName('admin'))!;
    await plane.users.update(plane.admin, plane.tenantId, admin.id, { password: new Secret(password) });
    expect((await login('admin', password)).statusCode).toBe(200);
  });

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    'Basic',
    'Basic !!!',
    `Basic ${Buffer.from('nocolon').toString('base64')}`,
    'Digest username="admin"',
    `Bearer ${'x'.repeat(8_000)}`,
  ])('%j is answered with 401', async (authorization) => {
    const response = await call(authorization);
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer realm="Posthorn"');
    expect(response.json()).toMatchObject({ code: 'unauthenticated' });
  });
});

describe('permissions', () => {
  test('AUT-02: a caller needs every permission of the route', async () => {
    const { apiKeys, admin, tenantId } = plane;
    const make = (permissions: readonly ('EVENTS:ADD' | 'EVENTS:VIEW')[]) =>
      apiKeys.create(admin, tenantId, { name: 'k', permissions, expiresAt: null });
    const publisher = `Bearer ${(await make(['EVENTS:ADD'])).token.reveal()}`;
    const viewer = `Bearer ${(await make(['EVENTS:VIEW'])).token.reveal()}`;
    const statusOf = async (url: string, as: string) => (await call(as, { method: 'POST', url })).statusCode;
    expect(await statusOf('/publish', publisher)).toBe(200);
    expect(await statusOf('/publish', viewer)).toBe(403);
    expect(await statusOf('/both', publisher)).toBe(403);
    expect(await statusOf('/both', `Bearer ${plane.adminToken}`)).toBe(200);
    expect(await statusOf('/open', viewer)).toBe(200);
  });

  test('AUT-02: a route that says no permissions can not be registered', () => {
    const server = fastify();
    protect(server, async () => plane.admin);
    expect(() => server.get('/forgotten', async () => '')).toThrow('GET /forgotten says no permissions');
  });

  test('who may not come in is told so before the body is read', async () => {
    const response = await app.inject({
      method: 'POST',
      url: '/publish',
      body: 'not json',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.statusCode).toBe(401);
  });

  test('a path that is not there is 404 for everybody', async () => {
    expect((await app.inject('/nothing')).statusCode).toBe(404);
  });
});

describe('guessing', () => {
  test('AUT-07: of 1,000 wrong logins few are tried, known and unknown names are told the same', async () => {
    const answers = new Map<string, Set<string>>();
    for (const username of ['admin', 'nobody']) {
      const seen = new Set<string>();
      answers.set(username, seen);
      let tried = 0;
      for (let round = 0; round < 500; round++) {
        const response = await login(username, `wrong ${round}`, { remoteAddress: '198.51.100.1' });
        if (response.statusCode === 401) tried++;
        const { requestId: _, ...body } = response.json<Record<string, unknown>>();
        seen.add(JSON.stringify([response.statusCode, body]));
      }
      expect(tried).toBe(5);
    }
    expect(answers.get('admin')).toEqual(answers.get('nobody'));
    expect(answers.get('admin')?.size).toBe(2);
  });

  test('AUT-07: a 429 says how long to wait, and waiting helps', async () => {
    for (let round = 0; round < 5; round++) await login('admin', 'wrong');
    const throttled = await right();
    expect(throttled.statusCode).toBe(429);
    expect(throttled.headers['retry-after']).toBe('1');
    await plane.clock.advance(1_000);
    expect((await right()).statusCode).toBe(200);
  });

  test('AUT-07: 100 wrong logins at once get no more tries than in a row', async () => {
    const responses = await Promise.all(
      Array.from({ length: 100 }, (_, round) => login('admin', `wrong ${round}`)),
    );
    expect(responses.filter(({ statusCode }) => statusCode === 401)).toHaveLength(5);
  });

  test('AUT-07: one address that tries many names is slowed down too', async () => {
    const statuses: number[] = [];
    for (let round = 0; round < 25; round++) {
      statuses.push((await login(`user${round}`, 'wrong')).statusCode);
    }
    expect(statuses.indexOf(429)).toBe(20);
    expect((await login('admin', 'wrong', { remoteAddress: '192.0.2.9' })).statusCode).toBe(401);
  });

  test('AUT-07: who guesses elsewhere does not lock out the owner where they signed in before', async () => {
    const home = { remoteAddress: '192.0.2.1' };
    expect((await right(home)).statusCode).toBe(200);
    await plane.clock.advance(2 * minuteMs);
    for (let round = 0; round < 20; round++) {
      await login('admin', `wrong ${round}`, { remoteAddress: `198.51.100.${round}` });
    }
    expect((await right({ remoteAddress: '203.0.113.1' })).statusCode).toBe(429);
    expect((await right(home)).statusCode).toBe(200);
  });

  test('many connections at once with the right password are one attempt', async () => {
    const responses = await Promise.all(Array.from({ length: 50 }, () => right()));
    expect(responses.every(({ statusCode }) => statusCode === 200)).toBe(true);
  });

  test('API keys work while the address is throttled', async () => {
    for (let round = 0; round < 30; round++) await login(`user${round}`, 'wrong');
    expect((await call(`Bearer ${plane.adminToken}`)).statusCode).toBe(200);
    expect((await call('Bearer wrong')).statusCode).toBe(429);
  });

  test('a wrong login is a signal with name and address, without the password', async () => {
    await login('admin', 'wrong password');
    expect(signals).toEqual([{ kind: 'login.failed', username: 'admin', address: '127.0.0.1' }]);
  });
});

describe('addresses', () => {
  const spoofed = {
    'x-forwarded-for': '203.0.113.7',
    forwarded: 'for=203.0.113.7',
    'x-real-ip': '203.0.113.7',
  };

  test('AUT-08: headers about the address are ignored', async () => {
    const response = await right({ headers: spoofed });
    expect(response.json()).toMatchObject({ address: '127.0.0.1' });
  });

  test('AUT-08: a trusted proxy’s X-Forwarded-For is believed, nobody else’s', async () => {
    app = appOf('127.0.0.0/8');
    expect((await right({ headers: spoofed })).json()).toMatchObject({ address: '203.0.113.7' });
    const elsewhere = await right({ headers: spoofed, remoteAddress: '198.51.100.1' });
    expect(elsewhere.json()).toMatchObject({ address: '198.51.100.1' });
  });

  test('AUT-07: addresses of one IPv6 network count as one', async () => {
    const statuses: number[] = [];
    for (let round = 0; round < 22; round++) {
      const remoteAddress = `2001:db8:0:1::${round}`;
      statuses.push((await login(`user${round}`, 'wrong', { remoteAddress })).statusCode);
    }
    expect(statuses.indexOf(429)).toBe(20);
    const neighbour = { remoteAddress: '2001:db8:0:2::1' };
    expect((await login('somebody', 'wrong', neighbour)).statusCode).toBe(401);
  });
});

describe('AUT-11: Basic in a browser', () => {
  test.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://posthorn.example:8480', host: 'posthorn.example:8480' }, 200],
  ])('a change with %j is answered with %d', async (headers, status) => {
    expect((await right({ method: 'POST', headers })).statusCode).toBe(status);
    expect((await right({ method: 'GET', headers })).statusCode).toBe(200);
    const withKey = await call(`Bearer ${plane.adminToken}`, { method: 'POST', headers });
    expect(withKey.statusCode).toBe(200);
  });
});

describe('access tokens of clients', () => {
  test('Bearer takes an access token, and so does Basic as the password', async () => {
    const token = await aToken();
    expect((await call(`Bearer ${token}`)).json()).toMatchObject({ kind: 'client', name: 'Importer' });
    expect((await login('anybody', token)).json()).toMatchObject({ kind: 'client' });
    await plane.clock.advance(hourMs);
    expect((await call(`Bearer ${token}`)).statusCode).toBe(401);
    expect(signals).toEqual([]);
  });

  test('a client gets a token for an hour, or for as long as is asked for', async () => {
    const { client, secret } = await aClient();
    const granted = await grant(client.clientId, secret.reveal());
    const issuedAt = plane.clock.wall();
    expect(granted).toEqual({
      token: expect.any(Secret),
      session: null,
      issuedAt,
      expiresAt: issuedAt + hourMs,
    });
    const short = await authentication.grantToken(client.clientId, secret.reveal(), '192.0.2.1', {
      lifetimeS: 900,
    });
    expect(short?.expiresAt).toBe(issuedAt + 15 * minuteMs);
    await plane.clock.advance(15 * minuteMs);
    expect((await call(`Bearer ${short!.token.reveal()}`)).statusCode).toBe(401);
    expect((await call(`Bearer ${granted!.token.reveal()}`)).statusCode).toBe(200);
  });

  test('a token of a session comes in with the cookie of that session only, and nowhere without', async () => {
    const { client, secret } = await aClient();
    const terms = { withSession: true };
    const granted = (await authentication.grantToken(client.clientId, secret.reveal(), '192.0.2.1', terms))!;
    const [token, session] = [granted.token.reveal(), granted.session!.reveal()];
    const sessions = serverOf(authentication.authenticateTokenWithSession('SID'));
    const status = async (authorization: string | undefined, cookie?: string) =>
      (
        await sessions.inject({
          url: '/open',
          headers: {
            ...(authorization !== undefined && { authorization }),
            ...(cookie !== undefined && { cookie }),
          },
        })
      ).statusCode;
    expect(await status(token, `SID=${session}`)).toBe(200);
    expect(await status(`bearer ${token}`, `a=b; SID=${session};c=d`)).toBe(200);
    for (const cookie of [undefined, '', 'SID=', `SID=${session}x`, `XSID=${session}`, session])
      expect([cookie, await status(token, cookie)]).toEqual([cookie, 401]);
    expect(await status(undefined, `SID=${session}`)).toBe(401);
    expect(await status(session, `SID=${session}`)).toBe(401);
    expect((await call(`Bearer ${token}`, { headers: { cookie: `SID=${session}` } })).statusCode).toBe(401);
    const plain = await aToken();
    for (const authorization of [plain, `Bearer ${plain}`, `BEARER ${plain}`])
      expect(await status(authorization)).toBe(200);
  });

  test('AUT-07: of many wrong secrets few are tried, for known and unknown ids alike', async () => {
    const { client } = await aClient();
    for (const clientId of [client.clientId, 'nobody', 'x'.repeat(10_000)]) {
      const outcomes: string[] = [];
      for (let round = 0; round < 100; round++) {
        outcomes.push(await outcomeOf(clientId, `wrong ${round}`, `198.51.100.${round}`));
      }
      expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(5);
      expect(new Set(outcomes)).toEqual(new Set(['refused', 'too_many_requests']));
    }
  });

  test('AUT-07: 100 wrong secrets at once get no more tries than in a row', async () => {
    const { client } = await aClient();
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, round) => outcomeOf(client.clientId, `wrong ${round}`)),
    );
    expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(5);
  });

  test('AUT-07: a throttled client waits as long as it is told, even with the right secret', async () => {
    const { client, secret } = await aClient();
    for (let round = 0; round < 5; round++) await outcomeOf(client.clientId, 'wrong');
    await expect(grant(client.clientId, secret.reveal())).rejects.toMatchObject({
      code: 'too_many_requests',
      retryAfterMs: 1_000,
    });
    await plane.clock.advance(1_000);
    expect(await grant(client.clientId, secret.reveal())).toBeDefined();
  });

  test('AUT-07: wrong passwords, tokens and secrets of one address count together', async () => {
    for (let round = 0; round < 7; round++) {
      const from = { remoteAddress: '198.51.100.7' };
      await login(`user${round}`, 'wrong', from);
      await call(`Bearer wrong${round}`, from);
      await outcomeOf(`client${round}`, 'wrong', '198.51.100.7');
    }
    expect(await outcomeOf('another', 'wrong', '198.51.100.7')).toBe('too_many_requests');
    expect(await outcomeOf('another', 'wrong', '198.51.100.8')).toBe('refused');
  });

  test('AUT-07: who guesses elsewhere does not lock a client out where it got tokens before', async () => {
    const { client, secret } = await aClient();
    expect(await grant(client.clientId, secret.reveal(), '192.0.2.1')).toBeDefined();
    for (let round = 0; round < 20; round++) {
      await outcomeOf(client.clientId, 'wrong', `198.51.100.${round}`);
    }
    expect(await outcomeOf(client.clientId, secret.reveal(), '203.0.113.1')).toBe('too_many_requests');
    expect(await grant(client.clientId, secret.reveal(), '192.0.2.1')).toBeDefined();
  });

  test('many requests at once with the right secret all get a token', async () => {
    const { client, secret } = await aClient();
    const granted = await Promise.all(
      Array.from({ length: 50 }, () => outcomeOf(client.clientId, secret.reveal())),
    );
    expect(new Set(granted)).toEqual(new Set(['granted']));
  });

  test('access tokens work while the address is throttled', async () => {
    const token = await aToken();
    for (let round = 0; round < 30; round++) await call(`Bearer wrong${round}`);
    expect((await call('Bearer wrong')).statusCode).toBe(429);
    expect((await call(`Bearer ${token}`)).statusCode).toBe(200);
  });
});

test('SEC-06: a token that came in the wrong place is in no signal', async () => {
  await login(plane.adminToken, 'x');
  await login(await aToken(), 'x');
  expect(signals).toMatchObject([{ username: '[token]' }, { username: '[token]' }]);
});

describe('a token as the user name', () => {
  let olderClients: typeof app;
  beforeEach(() => (olderClients = serverOf(authentication.authenticateBearerOrTokenUser)));

  const ask = (authorization: string | undefined, more: InjectOptions = {}) =>
    olderClients.inject({
      url: '/open',
      ...more,
      headers: { ...(authorization === undefined ? {} : { authorization }), ...more.headers },
    });

  test('is taken by Basic with any password, an API key and an access token alike, beside Bearer', async () => {
    const token = await aToken();
    for (const authorization of [
      basic(plane.adminToken, 'x'),
      basic(plane.adminToken, ''),
      `Bearer ${plane.adminToken}`,
    ]) {
      expect((await ask(authorization)).json()).toMatchObject({ kind: 'api-key' });
    }
    for (const authorization of [basic(token, 'x'), `Bearer ${token}`]) {
      expect((await ask(authorization)).json()).toMatchObject({ kind: 'client' });
    }
  });

  test('is not taken where only passwords are, nor is a password where tokens are', async () => {
    expect((await login(plane.adminToken, 'x')).statusCode).toBe(401);
    expect((await ask(basic('admin', adminPassword.reveal()))).statusCode).toBe(401);
    expect((await ask(basic('anybody', plane.adminToken))).statusCode).toBe(401);
    expect((await ask(undefined)).statusCode).toBe(401);
  });

  test('AUT-07: wrong ones count, and right ones work all the same', async () => {
    const statuses: number[] = [];
    for (let round = 0; round < 25; round++)
      statuses.push((await ask(basic(`wrong${round}`, 'x'))).statusCode);
    expect(statuses.indexOf(429)).toBe(20);
    expect((await ask(basic(plane.adminToken, 'x'))).statusCode).toBe(200);
    expect(await outcomeOf('anybody', 'wrong', '127.0.0.1')).toBe('too_many_requests');
  });

  test('a wrong one is told to nobody, since it may be a token that was right', async () => {
    await ask(basic('pha_expired', 'x'));
    expect(signals).toEqual([]);
  });

  test('AUT-11: another site’s page changes nothing with it', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await ask(basic(plane.adminToken, 'x'), { method: 'POST', headers })).statusCode).toBe(403);
    expect((await ask(`Bearer ${plane.adminToken}`, { method: 'POST', headers })).statusCode).toBe(200);
  });
});
