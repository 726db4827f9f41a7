import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startNative, type NativeServer } from '../../../../test/native/native-server.ts';
import { allPermissions, type Permission } from '../../../domain/access.ts';
import { hourMs } from '../../../domain/clock.ts';

const path = '/api/v1/session';
const own = { 'sec-fetch-site': 'same-origin' };
const admin = { username: 'admin', password: 'password-of-the-tests' };

let native: NativeServer;
beforeEach(async () => {
  native = await startNative();
});
afterEach(() => native[Symbol.asyncDispose]());

type Headers = Readonly<Record<string, string>>;
type Answer = Awaited<ReturnType<NativeServer['call']>>;

/** As a browser sends it that has this cookie, from a page of ours unless `headers` say otherwise. */
const ask = (cookie: string, method: string, url: string, body?: object, headers: Headers = own) =>
  native.call(method, url, body, { authorization: '', cookie, ...headers });
const signIn = (body: object = admin, headers: Headers = own) => ask('', 'POST', path, body, headers);
const session = (cookie: string) => ask(cookie, 'GET', path);

function cookieOf({ headers }: Answer): string {
  return String(headers['set-cookie']).split(';')[0]!;
}

const signedIn = async (body: object = admin) => cookieOf(await signIn(body));

async function aUser(username: string, roleId: string, tenantId = native.caller.principal.tenantId) {
  const password = `password of ${username}`;
  const { body } = await native.call('POST', `/api/v1/principals?tenantId=${tenantId}`, {
    username,
    displayName: `${username}!`,
    roleId,
    password,
  });
  return { id: body.id as string, username, password };
}

const credentials = ({ username, password }: { readonly username: string; readonly password: string }) => ({
  username,
  password,
});

async function aRole(permissions: readonly Permission[]): Promise<string> {
  return (await native.call('POST', '/api/v1/roles', { name: 'limited', permissions })).body.id;
}

describe('signing in', () => {
  test('answers who it is and a cookie that stands for them, and Authorization goes before it', async () => {
    const { status, body, headers, bytes } = await signIn();
    const cookie = cookieOf({ headers } as Answer);

    expect(status).toBe(200);
    expect(body).toEqual({
      principal: { id: expect.stringMatching(/^usr_/), kind: 'user', name: 'admin', displayName: 'admin' },
      tenant: { id: native.caller.principal.tenantId, name: 'default' },
      homeTenant: { id: native.caller.principal.tenantId, name: 'default' },
      permissions: allPermissions,
      expiresAt: new Date(native.clock.wall() + 12 * hourMs).toISOString(),
      version: '1.2.3',
      publicUrl: 'http://127.0.0.1:8480',
    });
    expect(bytes.toString()).not.toContain(cookie.split('=')[1]);
    expect((await session(cookie)).body).toEqual(body);
    expect((await ask(cookie, 'GET', '/api/v1/webhooks')).status).toBe(200);
    const withKey = await ask(cookie, 'GET', path, undefined, {
      authorization: `Bearer ${await native.apiKey(['EVENTS:ADD'])}`,
    });
    expect(withKey.body.permissions).toEqual(['EVENTS:ADD']);
    expect((await ask(cookie, 'GET', path, undefined, { authorization: 'Bearer wrong' })).status).toBe(401);
  });

  test('AUT-07: an unknown user, a wrong password and a disabled user are told the same', async () => {
    const ada = await aUser('ada', 'rol_auditor');
    await native.call('PATCH', `/api/v1/principals/${ada.id}`, { disabled: true });
    const answers = await Promise.all([
      signIn({ username: 'nobody', password: admin.password }),
      signIn({ username: 'admin', password: 'wrong' }),
      signIn(credentials(ada)),
    ]);
    for (const { status, headers, body } of answers) {
      expect([status, headers['set-cookie'], body.code]).toEqual([401, undefined, 'unauthenticated']);
      expect(body.detail).toBe(answers[0].body.detail);
    }
    const failed = native.signals.filter(({ kind }) => kind === 'login.failed');
    expect(failed).toHaveLength(3);
    for (const username of ['nobody', 'admin', 'ada']) {
      expect(failed).toContainEqual({ kind: 'login.failed', username, address: '127.0.0.1' });
    }
  });

  test('AUT-07: wrong attempts have to wait, and count together with those of Basic', async () => {
    const basic = (password: string) => ({
      authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`,
    });
    const statuses: number[] = [];
    for (let round = 0; round < 3; round++) {
      statuses.push((await signIn({ username: 'admin', password: `wrong ${round}` })).status);
      statuses.push((await ask('', 'GET', path, undefined, basic(`wrong too ${round}`))).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const waiting = await signIn();
    expect([waiting.status, waiting.headers['retry-after']]).toEqual([429, '1']);
    await native.clock.advance(1_000);
    expect((await signIn()).status).toBe(200);
  });

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ origin: 'http://posthorn.example', host: 'posthorn.example' }, 200],
    [{}, 200],
  ])(
    'AUT-10: nobody is signed in by a page of another site: %j is answered with %d',
    async (headers, status) => {
      const answer = await signIn(admin, headers);
      expect([answer.status, answer.headers['set-cookie'] === undefined]).toEqual([status, status !== 200]);
    },
  );

  test('takes JSON alone, of exactly these members', async () => {
    const asText = await signIn(admin, { ...own, 'content-type': 'text/plain' });
    const [empty, more, other] = [
      await signIn({}),
      await signIn({ ...admin, remember: true }),
      await signIn({ username: 'admin', password: 1 }),
    ];
    expect([asText.status, empty.status, more.status, other.status]).toEqual([415, 422, 422, 422]);
  });

  test('SEC-06: a token in the place of the name or the password lets nobody in, and is in no signal', async () => {
    const token = await native.apiKey(['EVENTS:ADD']);
    expect((await signIn({ username: token, password: 'x' })).status).toBe(401);
    expect((await signIn({ username: 'admin', password: token })).status).toBe(401);
    expect(JSON.stringify(native.signals)).not.toContain(token);
  });
});

describe('AUT-09: the cookie', () => {
  const attributesOf = ({ headers }: Answer) => String(headers['set-cookie']).split('; ').slice(1);

  test('over http is of this host, out of reach of scripts, and for pages of ours', async () => {
    const answer = await signIn();
    expect(cookieOf(answer)).toMatch(/^posthorn_session=ses_[\w.-]+$/);
    expect(attributesOf(answer)).toEqual(['Path=/', 'Max-Age=43200', 'HttpOnly', 'SameSite=Strict']);
  });

  test('over https is also secure, and no other host of the domain can set it', async () => {
    await using secure = await startNative({ publicUrl: 'https://hooks.example.com/posthorn' });
    const call = (method: string, cookie: string, body?: object) =>
      secure.call(method, path, body, { authorization: '', cookie, ...own });
    const answer = await call('POST', '', admin);
    const cookie = cookieOf(answer);
    const planted = cookie.replace('__Host-', '');
    const signedOut = await call('DELETE', cookie);

    expect(cookie).toMatch(/^__Host-posthorn_session=ses_/);
    expect(attributesOf(answer)).toEqual([
      'Path=/',
      'Max-Age=43200',
      'HttpOnly',
      'SameSite=Strict',
      'Secure',
    ]);
    expect((await call('GET', planted)).status).toBe(401);
    expect(signedOut.headers['set-cookie']).toBe(
      '__Host-posthorn_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure',
    );
  });

  test('is another one after each sign-in, whatever cookie was there before', async () => {
    const first = await signedIn();
    const second = cookieOf(await ask(first, 'POST', path, admin));
    expect(second).not.toBe(first);
    await ask(first, 'DELETE', path);
    expect((await session(first)).status).toBe(401);
    expect((await session(second)).status).toBe(200);
  });

  test.each(['', 'x', 'ses_1.2.3', '.......', '__proto__'])('%j is nobody', async (value) => {
    const { status, body } = await session(`posthorn_session=${value}`);
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
  });

  test('is renewed by looking at the session, once an hour, and ends when nobody looks', async () => {
    const cookie = await signedIn();
    await native.clock.advance(hourMs - 1);
    expect((await session(cookie)).headers['set-cookie']).toBeUndefined();
    await native.clock.advance(1);
    const renewed = await session(cookie);
    expect(renewed.body.expiresAt).toBe(new Date(native.clock.wall() + 12 * hourMs).toISOString());
    await native.clock.advance(11 * hourMs);
    expect((await session(cookie)).status).toBe(401);
    expect((await session(cookieOf(renewed))).status).toBe(200);
  });
});

describe('AUT-10: with a session', () => {
  const changes = [
    ['POST', '/api/v1/events', { type: 'a', data: {} }, 202],
    ['POST', '/api/v1/tenants', { name: 'acme' }, 201],
    ['PATCH', '/api/v1/principals/usr_unknown', { displayName: 'x' }, 404],
    ['DELETE', '/api/v1/webhooks/wh_unknown', undefined, 404],
    ['DELETE', path, undefined, 204],
  ] as const;

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }, 'other'],
    [{ 'sec-fetch-site': 'same-site' }, 'other'],
    [{ 'sec-fetch-site': 'none' }, 'none'],
    [{ origin: 'http://evil.example' }, 'other'],
    [{ origin: 'null' }, 'other'],
    [{}, 'none'],
    [{ 'sec-fetch-site': 'same-origin' }, 'own'],
    [{ origin: 'http://posthorn.example:8480', host: 'posthorn.example:8480' }, 'own'],
  ] as const)('%j changes something only if it is of our own page', async (headers, origin) => {
    const cookie = await signedIn();
    const read = await ask(cookie, 'GET', '/api/v1/webhooks', undefined, headers);
    expect(read.status).toBe(origin === 'other' ? 403 : 200);
    for (const [method, url, body, status] of changes) {
      const answer = await ask(cookie, method, url, body, headers);
      expect([method, url, answer.status]).toEqual([method, url, origin === 'own' ? status : 403]);
    }
    expect((await session(cookie)).status).toBe(origin === 'own' ? 401 : 200);
  });

  test('Bearer needs no origin, and is taken from anywhere, cookie or not', async () => {
    const cookie = await signedIn();
    const authorization = `Bearer ${await native.apiKey(['EVENTS:ADD'])}`;
    for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }]) {
      const given = { authorization, ...headers };
      expect((await ask(cookie, 'POST', '/api/v1/events', { type: 'a', data: {} }, given)).status).toBe(202);
    }
  });
});

describe('signing out', () => {
  test('AUT-09: takes the cookie back, and refuses it from then on', async () => {
    const cookie = await signedIn();
    const { status, headers } = await ask(cookie, 'DELETE', path);
    expect([status, headers['set-cookie']]).toEqual([
      204,
      'posthorn_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
    ]);
    expect((await session(cookie)).status).toBe(401);
    expect((await ask(cookie, 'GET', '/api/v1/webhooks')).status).toBe(401);
    expect((await ask(cookie, 'DELETE', path)).status).toBe(401);
  });

  test('needs a session: a token has none to end, to move or to change a password with', async () => {
    const password = { currentPassword: 'a', newPassword: 'another one' };
    const { tenantId } = native.caller.principal;
    const answers = [
      await native.call('DELETE', path),
      await native.call('PATCH', path, { tenantId }),
      await native.call('POST', `${path}/password`, password),
    ];
    expect(answers.map(({ status }) => status)).toEqual([409, 409, 409]);
  });
});

describe('who is there', () => {
  test('every caller is told, without an end where there is no session', async () => {
    const tenant = await native.tenant('acme');
    const { body } = await native.call('GET', path, undefined, { authorization: `Bearer ${tenant.key}` });
    expect(body).toMatchObject({
      principal: { kind: 'api-key', name: 'test', displayName: 'test' },
      tenant: { id: tenant.id, name: 'acme' },
      homeTenant: { id: tenant.id, name: 'acme' },
      expiresAt: null,
    });
    expect(body.permissions).not.toContain('TENANTS:VIEW');
    const ada = await aUser('ada', 'rol_publisher');
    const authorization = `Basic ${Buffer.from(`ada:${ada.password}`).toString('base64')}`;
    const basic = await native.call('GET', path, undefined, { authorization });
    expect(basic.body).toMatchObject({
      principal: { id: ada.id, kind: 'user', name: 'ada', displayName: 'ada!' },
      permissions: ['EVENTS:ADD'],
      expiresAt: null,
    });
    expect(basic.headers['set-cookie']).toBeUndefined();
    expect((await session('')).status).toBe(401);
  });

  test('a disabled user has no session any more', async () => {
    const ada = await aUser('ada', 'rol_auditor');
    const cookie = await signedIn(credentials(ada));
    expect((await session(cookie)).body.principal.displayName).toBe('ada!');
    await native.call('PATCH', `/api/v1/principals/${ada.id}`, { disabled: true });
    expect((await session(cookie)).status).toBe(401);
    expect((await ask(cookie, 'GET', '/api/v1/webhooks')).status).toBe(401);
  });
});

describe('another tenant', () => {
  const enter = (cookie: string, tenantId: string) => ask(cookie, 'PATCH', path, { tenantId });
  const hook = (name: string) => ({ name, url: 'https://example.com/hooks', eventTypes: ['*'] });
  const namesOf = async (cookie: string) =>
    (await ask(cookie, 'GET', '/api/v1/webhooks')).body.data.map(({ name }: { name: string }) => name);

  test('is entered by who looks after the tenants: all they see and do is there, until they go home', async () => {
    const acme = await native.tenant('acme');
    await native.call('POST', '/api/v1/webhooks', hook('of default'));
    await native.call('POST', '/api/v1/webhooks', hook('of acme'), { authorization: `Bearer ${acme.key}` });
    const home = await signedIn();

    const entered = await enter(home, acme.id);
    const inside = cookieOf(entered);
    const created = await ask(inside, 'POST', '/api/v1/webhooks', hook('by the operator'));
    const ofDefault = (await native.call('GET', '/api/v1/webhooks')).body.data[0].id;
    const foreign = await ask(inside, 'GET', `/api/v1/webhooks/${ofDefault}`);

    expect(entered.status).toBe(200);
    expect(entered.body).toMatchObject({
      principal: { kind: 'user', name: 'admin' },
      tenant: { id: acme.id, name: 'acme' },
      homeTenant: { name: 'default' },
    });
    expect([created.status, foreign.status]).toEqual([201, 404]);
    expect(await namesOf(inside)).toEqual(['of acme', 'by the operator']);
    expect(await namesOf(home)).toEqual(['of default']);

    const back = await enter(inside, native.caller.principal.tenantId);
    expect(back.body).toMatchObject({ tenant: { name: 'default' }, permissions: allPermissions });
    expect(await namesOf(cookieOf(back))).toEqual(['of default']);
  });

  test('knows in its audit log which person it was', async () => {
    const acme = await native.tenant('acme');
    const inside = await enter(await signedIn(), acme.id);
    await ask(cookieOf(inside), 'POST', '/api/v1/webhooks', hook('by the operator'));
    const asAcme = { authorization: `Bearer ${acme.key}` };
    const { body } = await native.call('GET', '/api/v1/audit', undefined, asAcme);
    expect(body.data[0]).toMatchObject({
      action: 'webhook.created',
      actor: { kind: 'user', id: inside.body.principal.id, name: 'admin' },
    });
  });

  test('gives no way to change what reaches beyond it, nor to write about that into its audit log', async () => {
    const [acme, other] = [await native.tenant('acme'), await native.tenant('other')];
    const inside = cookieOf(await enter(await signedIn(), acme.id));
    const key = { name: 'k', permissions: ['EVENTS:ADD'], expiresAt: null };
    const statuses = await Promise.all(
      (
        [
          ['POST', '/api/v1/tenants', { name: 'more' }],
          ['PATCH', `/api/v1/tenants/${other.id}`, { name: 'renamed' }],
          ['DELETE', `/api/v1/tenants/${other.id}`, undefined],
          ['POST', `/api/v1/api-keys?tenantId=${other.id}`, key],
          ['POST', '/api/v1/api-keys', key],
          ['GET', '/api/v1/tenants', undefined],
        ] as const
      ).map(async ([method, url, body]) => (await ask(inside, method, url, body)).status),
    );
    expect(statuses).toEqual([403, 403, 403, 404, 201, 200]);
  });

  test('is only looked at by who may view tenants but not edit them', async () => {
    const acme = await native.tenant('acme');
    const roleId = await aRole(['TENANTS:VIEW', 'WEBHOOKS:VIEW', 'WEBHOOKS:ADD', 'PRINCIPALS:ADD']);
    const entered = await enter(await signedIn(credentials(await aUser('ada', roleId))), acme.id);
    const inside = cookieOf(entered);
    expect(entered.body.permissions).toEqual(['TENANTS:VIEW', 'WEBHOOKS:VIEW']);
    expect((await ask(inside, 'POST', '/api/v1/webhooks', hook('x'))).status).toBe(403);
    expect(await namesOf(inside)).toEqual([]);
  });

  test('is as unknown as one that is not there to who may not view tenants, and to tenants’ own people', async () => {
    const acme = await native.tenant('acme');
    const ada = await signedIn(credentials(await aUser('ada', 'rol_publisher')));
    const bob = await signedIn(credentials(await aUser('bob', 'rol_administrator', acme.id)));
    const answers = [
      await enter(ada, acme.id),
      await enter(bob, native.caller.principal.tenantId),
      await enter(bob, 'tnt_01jd9z3k5n8q2r4t6v8w0xyzab'),
      await enter(bob, 'nonsense'),
      await enter(await signedIn(), 'tnt_01jd9z3k5n8q2r4t6v8w0xyzab'),
    ];
    for (const { status, headers, body } of answers) {
      expect([status, headers['set-cookie'], body.detail]).toEqual([404, undefined, answers[0]!.body.detail]);
    }
    expect((await enter(bob, acme.id)).status).toBe(200);
  });

  test('is left for good by signing out, whichever of its cookies is brought', async () => {
    const acme = await native.tenant('acme');
    const home = await signedIn();
    const inside = cookieOf(await enter(home, acme.id));
    await ask(home, 'DELETE', path);
    expect((await session(inside)).status).toBe(401);
  });
});

describe('one’s own password', () => {
  const change = (cookie: string, currentPassword: string, newPassword = 'a password of my own') =>
    ask(cookie, 'POST', `${path}/password`, { currentPassword, newPassword });

  test('AUT-09: is changed by who knows the old one, whatever their role; other sessions end, this one goes on', async () => {
    const ada = await aUser('ada', 'rol_publisher');
    const [here, elsewhere] = [await signedIn(credentials(ada)), await signedIn(credentials(ada))];
    const changed = await change(here, ada.password);
    expect([changed.status, changed.body.principal.name]).toEqual([200, 'ada']);
    expect((await session(cookieOf(changed))).status).toBe(200);
    expect([(await session(here)).status, (await session(elsewhere)).status]).toEqual([401, 401]);
    expect((await signIn(credentials(ada))).status).toBe(401);
    expect((await signIn({ username: 'ada', password: 'a password of my own' })).status).toBe(200);
    const { body } = await native.call('GET', '/api/v1/audit');
    expect(body.data[0]).toMatchObject({
      action: 'user.updated',
      actor: { kind: 'user', id: ada.id, name: 'ada' },
      subject: { id: ada.id },
      after: { password: '[changed]' },
    });
  });

  test('AUT-07: stays as it is for a wrong one, and guesses have to wait', async () => {
    const cookie = await signedIn();
    const answers: Answer[] = [];
    for (let round = 0; round < 6; round++) answers.push(await change(cookie, `wrong ${round}`));
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 429]);
    expect(answers[0]!.body.errors).toMatchObject([{ pointer: '/currentPassword', rule: 'wrong' }]);
    expect(native.signals.filter(({ kind }) => kind === 'login.failed')).toHaveLength(5);
    expect((await session(cookie)).status).toBe(200);
  });

  test('has to keep the rules for passwords', async () => {
    const answer = await change(await signedIn(), admin.password, 'short');
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer: '/newPassword', rule: 'length' }]);
    expect((await signIn()).status).toBe(200);
  });

  test('is changed from a page of ours only', async () => {
    const cookie = await signedIn();
    const body = { currentPassword: admin.password, newPassword: 'a password of my own' };
    for (const headers of [{}, { origin: 'https://evil.example' }] as Headers[]) {
      expect((await ask(cookie, 'POST', `${path}/password`, body, headers)).status).toBe(403);
    }
    expect((await signIn()).status).toBe(200);
  });
});
