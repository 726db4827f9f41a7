// `POST /adminapi/authenticate` and what a token is good for (specification §2).

import { describe, expect, test } from 'vitest';
import { secondMs } from '../../domain/clock.ts';
import { startEntrust, type EntrustServer } from '../../../test/entrust/entrust-server.ts';

const path = '/adminapi/authenticate';

async function authenticate(entrust: EntrustServer, more: object = {}) {
  const { clientId, clientSecret } = await entrust.client('rol_super_administrator');
  return entrust.api('POST', path, { applicationId: clientId, sharedSecret: clientSecret, ...more }, '');
}

function listWith(entrust: EntrustServer, headers: Readonly<Record<string, string>>) {
  return entrust.call('GET', '/api/web/v1/webhooks', undefined, headers);
}

test('an application gets a token for its id and secret that is good for 15 minutes', async () => {
  await using entrust = await startEntrust();
  const { status, headers, body } = await authenticate(entrust);
  expect({ status, type: headers['content-type'], cookie: headers['set-cookie'] }).toEqual({
    status: 200,
    type: 'application/json; charset=utf-8',
    cookie: undefined,
  });
  expect(body).toEqual({
    authToken: expect.any(String) as string,
    creationTime: '2026-01-01T00:00:00Z',
    expirationTime: '2026-01-01T00:15:00Z',
  });
  const token = body.authToken as string;
  for (const authorization of [token, `Bearer ${token}`, `bearer ${token}`, `BEARER ${token}`])
    expect([authorization, (await listWith(entrust, { authorization })).status]).toEqual([
      authorization,
      200,
    ]);
  await entrust.clock.advance(900 * secondMs - 1);
  expect((await listWith(entrust, { authorization: token })).status).toBe(200);
  await entrust.clock.advance(1);
  const late = await listWith(entrust, { authorization: token });
  expect(late).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': 'Bearer', 'content-type': 'application/json; charset=utf-8' },
    body: { errorCode: 'unauthorized', errorMessage: expect.any(String) as string },
  });
});

test('several tokens of one application are good at a time, and how long is a setting', async () => {
  await using entrust = await startEntrust({ tokenLifetimeS: 60 });
  const { clientId, clientSecret } = await entrust.client();
  const tokens: string[] = [];
  for (let count = 0; count < 3; count++) {
    const credentials = { applicationId: clientId.toUpperCase(), sharedSecret: clientSecret };
    tokens.push((await entrust.api('POST', path, credentials, '')).body.authToken as string);
    await entrust.clock.advance(secondMs);
  }
  for (const token of tokens)
    expect((await entrust.api('GET', '/webhooks', undefined, token)).status).toBe(200);
  await entrust.clock.advance(57 * secondMs);
  const statuses = await Promise.all(
    tokens.map(async (token) => (await entrust.api('GET', '/webhooks', undefined, token)).status),
  );
  expect(statuses).toEqual([401, 200, 200]);
});

test('a token of a web session needs its cookie, and the cookie alone is good for nothing', async () => {
  await using entrust = await startEntrust();
  const { headers, body } = await authenticate(entrust, { enableWebSession: true });
  const cookie = headers['set-cookie'] as string;
  expect(cookie).toMatch(/^INTELLITRUST_SESSION_ID=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  const [pair = ''] = cookie.split(';');
  const authorization = body.authToken as string;
  expect((await listWith(entrust, { authorization })).status).toBe(401);
  expect((await listWith(entrust, { authorization, cookie: pair })).status).toBe(200);
  expect((await listWith(entrust, { authorization, cookie: `a=b; ${pair}; c=d` })).status).toBe(200);
  expect((await listWith(entrust, { cookie: pair })).status).toBe(401);
  expect((await listWith(entrust, { authorization, cookie: `${pair}x` })).status).toBe(401);
  const other = await authenticate(entrust, { enableWebSession: true });
  const [otherPair = ''] = (other.headers['set-cookie'] as string).split(';');
  expect((await listWith(entrust, { authorization, cookie: otherPair })).status).toBe(401);
});

describe('refusals', () => {
  test('an unknown application and a wrong secret get one answer', async () => {
    await using entrust = await startEntrust();
    const { clientId, clientSecret } = await entrust.client();
    const answers = [];
    for (const [applicationId, sharedSecret] of [
      [clientId, 'wrong'],
      ['3d0f6c1e-7a52-4b8d-8f10-5c2f9e7b6a01', clientSecret],
      ['no uuid', clientSecret],
    ])
      answers.push(await entrust.api('POST', path, { applicationId, sharedSecret }, ''));
    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect(body).toEqual({ errorCode: 'invalid_credentials', errorMessage: answers[0]!.body.errorMessage });
    }
  });

  test.each([
    ['', 'invalid_json', undefined],
    ['[]', 'invalid_json', undefined],
    ['null', 'invalid_json', undefined],
    ['{"applicationId":', 'invalid_json', undefined],
    ['{}', 'missing_parameter', [{ name: 'applicationId' }, { name: 'sharedSecret' }]],
    ['{"applicationId":"a","sharedSecret":null}', 'missing_parameter', [{ name: 'sharedSecret' }]],
    [
      '{"applicationId":1,"sharedSecret":"b"}',
      'invalid_parameter',
      [{ name: 'applicationId', reason: 'type' }],
    ],
    [
      '{"applicationId":"a","sharedSecret":"b","enableWebSession":"yes"}',
      'invalid_parameter',
      [{ name: 'enableWebSession', reason: 'type' }],
    ],
  ])('the body %j is %s', async (text, errorCode, parameters) => {
    await using entrust = await startEntrust();
    const { status, body } = await entrust.api('POST', path, text, '');
    expect({ status, ...body }).toMatchObject({ status: 400, errorCode });
    expect(body.parameters).toEqual(parameters);
  });

  test('a disabled application gets no token, and those it has end', async () => {
    await using entrust = await startEntrust();
    const client = await entrust.client();
    const credentials = { applicationId: client.clientId, sharedSecret: client.clientSecret };
    const { body } = await entrust.api('POST', path, credentials, '');
    await entrust.access.clients.update(entrust.caller, entrust.tenantId, client.id, { disabled: true });
    expect((await entrust.api('GET', '/webhooks', undefined, body.authToken as string)).status).toBe(401);
    expect((await entrust.api('POST', path, credentials, '')).body.errorCode).toBe('invalid_credentials');
  });

  test('who guesses secrets is soon told to wait', async () => {
    await using entrust = await startEntrust();
    const { clientId } = await entrust.client();
    const statuses = [];
    for (let round = 0; round < 10; round++) {
      const guess = { applicationId: clientId, sharedSecret: `guess ${round}` };
      statuses.push((await entrust.api('POST', path, guess, '')).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429, 429, 429]);
  });

  test('tokens that have expired are no guesses: their clients ask for others as often as they like', async () => {
    await using entrust = await startEntrust({ tokenLifetimeS: 1 });
    const { clientId, clientSecret } = await entrust.client();
    for (let round = 0; round < 60; round++) {
      const answer = await entrust.api(
        'POST',
        path,
        { applicationId: clientId, sharedSecret: clientSecret },
        '',
      );
      expect([round, answer.status]).toEqual([round, 200]);
      await entrust.clock.advance(secondMs);
      const late = await entrust.api('GET', '/webhooks', undefined, answer.body.authToken as string);
      expect([round, late.status]).toEqual([round, 401]);
    }
  });

  test('a wrong secret is told to the log, without the secret', async () => {
    await using entrust = await startEntrust();
    await entrust.api('POST', path, { applicationId: 'no such', sharedSecret: 'geheim' }, '');
    expect(entrust.signals).toContainEqual({
      kind: 'login.failed',
      username: 'no such',
      address: '127.0.0.1',
    });
    expect(JSON.stringify(entrust.signals)).not.toContain('geheim');
  });

  test.each(['', 'Basic YTpi', 'nonsense', 'Bearer', 'Bearer a b'])(
    'the header %j authenticates nobody',
    async (authorization) => {
      await using entrust = await startEntrust();
      const headers: Record<string, string> = authorization === '' ? {} : { authorization };
      expect(await listWith(entrust, headers)).toMatchObject({
        status: 401,
        body: { errorCode: 'unauthorized' },
      });
    },
  );
});
