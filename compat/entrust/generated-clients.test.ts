// Clients that public generators make of the API's description, unmodified, do all that it describes. Every answer is
// checked against the description besides: its models are closed, so no answer has a member that it lacks.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../server/test/end-to-end/given.ts';
import { startReceiver } from '../../server/test/receivers/receiver.ts';
import { makeAxiosClient } from './axios-client.ts';
import { undocumentedIn, type OperationId } from './document.ts';
import type { ClientAnswer, GeneratedClient, Given } from './generated-client.ts';
import { applicationWith, startAccount, type Account, type Application } from './given.ts';
import { pythonOfTheGenerator, writePythonClient } from './python-client.ts';

const python = await pythonOfTheGenerator();
const sessionCookie = 'INTELLITRUST_SESSION_ID';
const nobody = '00000000-0000-4000-8000-000000000000';
const activeMax = 20;

const clients: [name: string, lacks: string | undefined, make: () => Promise<GeneratedClient>][] = [
  [
    'openapi-python-client 0.29.1',
    'reason' in python ? python.reason : undefined,
    () => writePythonClient((python as { path: string }).path),
  ],
  ['openapi-client-axios 7.9.1', undefined, async () => makeAxiosClient()],
];

describe.each(clients)('%s', (_name, lacks, make) => {
  let account: Account;
  let client: GeneratedClient;
  let authorization: string;

  beforeAll(async () => {
    if (lacks !== undefined) return;
    [account, client] = await Promise.all([startAccount(), make()]);
    authorization = (await authenticate(account.application)).value.authToken as string;
  });
  afterAll(async () => {
    await client?.[Symbol.asyncDispose]();
    await account?.[Symbol.asyncDispose]();
  });
  beforeEach((context) => context.skip(lacks !== undefined, lacks));

  /** The description fits what was sent, and the client understood all of it. */
  async function ask(operationId: OperationId, given: Given = {}, to = account): Promise<ClientAnswer> {
    const answer = await client.call(to.posthorn.url, operationId, given);
    expect(undocumentedIn(operationId, answer.status, answer.text)).toEqual([]);
    expect(asSent(answer.value)).toEqual(JSON.parse(answer.text === '' ? 'null' : answer.text));
    return answer;
  }

  const authenticate = (application: Application, more: object = {}, to = account) =>
    ask('authenticateAdminApiUsingPOST', { body: { ...application, ...more } }, to);
  const admin = (operationId: OperationId, given: Given = {}) =>
    ask(operationId, { authorization, ...given });
  const create = (body: object) =>
    admin('createWebhookUsingPOST', {
      body: { callbackUrl: 'https://hooks.example.net/in', events: ['user.created'], ...body },
    });

  async function removeAll(): Promise<void> {
    for (const { id } of (await admin('getWebhooksUsingGET')).value as { id: string }[])
      await admin('deleteWebhookUsingDELETE', { id });
  }

  test('authenticates, and its token is good with and without Bearer', async () => {
    const { status, value, setCookie } = await authenticate(account.application);
    expect({ status, setCookie }).toEqual({ status: 200, setCookie: null });
    expect(Date.parse(value.expirationTime) - Date.parse(value.creationTime)).toBe(15 * 60_000);
    for (const header of [value.authToken, `Bearer ${value.authToken}`, `bearer ${value.authToken}`])
      expect(await ask('getWebhooksUsingGET', { authorization: header })).toMatchObject({ status: 200 });
  });

  test('asks for a web session, whose token is good together with its cookie only', async () => {
    const { status, value, setCookie } = await authenticate(account.application, { enableWebSession: true });
    expect(status).toBe(200);
    const [, session] = new RegExp(`^${sessionCookie}=([^;]+); `).exec(setCookie!)!;
    const cookies = { [sessionCookie]: session! };
    const list = async (given: Given) => (await ask('getWebhooksUsingGET', given)).status;
    expect(await list({ authorization: value.authToken, cookies })).toBe(200);
    expect(await list({ authorization: value.authToken })).toBe(401);
    expect(await list({ authorization: 'unknown', cookies })).toBe(401);
  });

  test('creates, lists, reads, updates, tests and deletes a webhook', async () => {
    await using _ = { [Symbol.asyncDispose]: removeAll };
    await using receiver = await startReceiver();
    const callbackUrl = `${receiver.url}/in?tenant=7`;
    const events = ['user.created', 'authentication.failed'];
    const { value: created } = await create({ name: 'siem', callbackUrl, events, expiryDays: 1 });
    const { token, ...webhook } = created as { id: string; token: string; expiryDate: string };
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(webhook).toMatchObject({ name: 'siem', callbackUrl, events, state: 'ACTIVE' });
    const { id } = webhook;

    expect(await admin('getWebhooksUsingGET')).toMatchObject({ status: 200, value: [webhook] });
    const read = await admin('readWebhookUsingGET', { id });
    expect(read.value).toEqual(webhook);

    const changes = { name: 'renamed', state: 'INACTIVE' };
    const updated = await admin('updateWebhookUsingPUT', { id, body: { ...changes, expiryDays: 0 } });
    const { lastModifiedDate } = updated.value as { lastModifiedDate: string };
    const { expiryDate, ...kept } = webhook;
    expect(expiryDate).toBeDefined();
    expect(updated.value).toEqual({ ...kept, ...changes, lastModifiedDate });
    expect((await admin('updateWebhookUsingPUT', { id, body: {} })).status).toBe(200);

    expect(await admin('testWebhookUsingPOST', { id })).toMatchObject({ status: 200, text: '' });
    expect(JSON.parse(receiver.requests[0]!.body.toString())).toMatchObject({ type: 'webhook.test' });
    expect(await admin('deleteWebhookUsingDELETE', { id })).toMatchObject({ status: 200, text: '' });
    expect(await admin('readWebhookUsingGET', { id })).toMatchObject({
      status: 404,
      value: { errorCode: 'webhook_not_found' },
    });
    expect(await admin('getWebhooksUsingGET')).toMatchObject({ status: 200, value: [] });
  });

  test('understands a 400, and what it says of each field', async () => {
    await using _ = { [Symbol.asyncDispose]: removeAll };
    expect(await admin('createWebhookUsingPOST', { body: {} })).toMatchObject({
      status: 400,
      value: { errorCode: 'missing_parameter', parameters: [{ name: 'callbackUrl' }, { name: 'events' }] },
    });
    expect(
      await create({ name: ' ', callbackUrl: 'ftp://hooks.example.net', events: [], expiryDays: -1 }),
    ).toMatchObject({
      status: 400,
      value: {
        errorCode: 'invalid_parameter',
        parameters: [
          { name: 'name', reason: 'length' },
          { name: 'callbackUrl', reason: 'scheme' },
          { name: 'events', reason: 'empty' },
          { name: 'expiryDays', reason: 'range' },
        ],
      },
    });
    expect(await admin('readWebhookUsingGET', { id: 'test' })).toMatchObject({
      status: 400,
      value: { errorCode: 'invalid_id' },
    });
    await using receiver = await startReceiver(() => ({ status: 503 }));
    const { value } = await create({ callbackUrl: receiver.url });
    expect(await admin('testWebhookUsingPOST', { id: value.id as string })).toMatchObject({
      status: 400,
      value: { errorCode: 'webhook_test_failed', parameters: [{ reason: 'status', status: 503 }] },
    });
  });

  test('understands a 401 for a wrong secret and an unknown token', async () => {
    expect(await authenticate({ ...account.application, sharedSecret: 'wrong' })).toMatchObject({
      status: 401,
      value: { errorCode: 'invalid_credentials' },
    });
    for (const operationId of operationsOfWebhooks) {
      const given = { ...leastOf(operationId), authorization: 'Bearer unknown' };
      expect(await ask(operationId, given)).toMatchObject({
        status: 401,
        value: { errorCode: 'unauthorized' },
      });
    }
  });

  test('gets a 401 once its token has expired, authenticates again and repeats the call', async () => {
    await using hasty = await startAccount({ POSTHORN_ENTRUST_TOKEN_SECONDS: '2' });
    const token = async () => (await authenticate(hasty.application, {}, hasty)).value.authToken as string;
    const listWith = async (authToken: string) =>
      (await ask('getWebhooksUsingGET', { authorization: authToken }, hasty)).status;
    const first = await token();
    const late = await eventually('the end of a token', async () => {
      const status = await listWith(first);
      return status === 200 ? undefined : status;
    });
    expect(late).toBe(401);
    // On a busy machine a token may be over before it is used, so this too is repeated, as a client would.
    const again = await eventually('a call with a fresh token', async () => {
      const status = await listWith(await token());
      return status === 401 ? undefined : status;
    });
    expect(again).toBe(200);
  });

  test('understands a 403: an auditor looks at everything and changes nothing', async () => {
    await using _ = { [Symbol.asyncDispose]: removeAll };
    const { id } = (await create({})).value as { id: string };
    const auditor = await authenticate(await applicationWith(account, 'rol_auditor'));
    const as = { authorization: auditor.value.authToken as string };
    expect(await ask('getWebhooksUsingGET', as)).toMatchObject({ status: 200, value: [{ id }] });
    expect(await ask('readWebhookUsingGET', { id, ...as })).toMatchObject({ status: 200, value: { id } });
    for (const [operationId, permission] of [
      ['createWebhookUsingPOST', 'WEBHOOKS:ADD'],
      ['updateWebhookUsingPUT', 'WEBHOOKS:EDIT'],
      ['deleteWebhookUsingDELETE', 'WEBHOOKS:REMOVE'],
      ['testWebhookUsingPOST', 'WEBHOOKS:EDIT'],
    ] as const)
      expect(await ask(operationId, { ...leastOf(operationId), ...as })).toMatchObject({
        status: 403,
        value: { errorCode: 'forbidden', parameters: [{ permission }] },
      });
  });

  test('understands a 404 for a webhook that is not there', async () => {
    for (const operationId of operationsOfOneWebhook)
      expect(await admin(operationId, leastOf(operationId))).toMatchObject({
        status: 404,
        value: { errorCode: 'webhook_not_found' },
      });
  });

  test('understands a 409 for a name that is taken, and for the 21st active webhook', async () => {
    await using _ = { [Symbol.asyncDispose]: removeAll };
    for (let count = 1; count <= activeMax; count++) await create({ name: `webhook ${count}` });
    const beyond = { status: 409, value: { errorCode: 'webhook_limit_reached' } };
    const taken = { status: 409, value: { errorCode: 'webhook_exists', parameters: [{ name: 'name' }] } };
    expect(await create({ name: 'beyond' })).toMatchObject({
      ...beyond,
      value: { parameters: [{ limit: activeMax }] },
    });
    expect(await create({ name: 'WEBHOOK 1', state: 'INACTIVE' })).toMatchObject(taken);
    const idle = await create({ name: 'idle', state: 'INACTIVE' });
    expect(idle).toMatchObject({ status: 200, value: { state: 'INACTIVE' } });
    const id = idle.value.id as string;
    expect(await admin('updateWebhookUsingPUT', { id, body: { state: 'ACTIVE' } })).toMatchObject(beyond);
    expect(await admin('updateWebhookUsingPUT', { id, body: { name: 'webhook 2' } })).toMatchObject(taken);
  });
});

const operationsOfOneWebhook = [
  'readWebhookUsingGET',
  'updateWebhookUsingPUT',
  'deleteWebhookUsingDELETE',
  'testWebhookUsingPOST',
] as const;
const operationsOfWebhooks = [
  'createWebhookUsingPOST',
  'getWebhooksUsingGET',
  ...operationsOfOneWebhook,
] as const;

/** What the operation can't be asked without, for a webhook that is not there. */
function leastOf(operationId: OperationId): Given {
  const isAboutOne = operationsOfOneWebhook.some((one) => one === operationId);
  const hasBody = ['createWebhookUsingPOST', 'updateWebhookUsingPUT'].includes(operationId);
  return { ...(isAboutOne && { id: nobody }), ...(hasBody && { body: {} }) };
}

/** A client that made times of texts prints them in another form of ISO 8601. */
function asSent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('+00:00"', 'Z"')) as unknown;
}
