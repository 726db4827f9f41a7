// Xurrent webhooks in a running server: mails by real SMTP, and what the native API does with them.

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startPosthorn, type Posthorn } from '../process/posthorn.ts';
import { startMailServer } from '../receivers/mail-server.ts';
import { startReceiver, type Recorded } from '../receivers/receiver.ts';
import { changeWebhook, deliveries, eventually, isDelivered, publish } from './given.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of any shape
type Body = any;

const account = {
  POSTHORN_XURRENT_ACCOUNT: 'acme',
  POSTHORN_XURRENT_DOMAIN: 'xurrent.example',
  POSTHORN_XURRENT_REQUESTS_PER_TWO_SECONDS: '0',
};

/** A call of Xurrent's own API. */
async function rest(
  { url, token }: Posthorn,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'x-xurrent-account': 'acme' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** What a request says: its body, or what is inside its token. */
function messageIn({ body }: Recorded): Body {
  const parsed = JSON.parse(body.toString());
  if (parsed.jwt === undefined) return parsed;
  return JSON.parse(Buffer.from(parsed.jwt.split('.')[1], 'base64url').toString()).data;
}

const isEvent = (request: Recorded) => messageIn(request).event !== 'webhook.verify';

describe('mails', () => {
  test('go to mail_exceptions_to, else to the administrators: once for many failures, and once more for disabling', async () => {
    await using mails = await startMailServer();
    await using receiver = await startReceiver((request) => ({ status: isEvent(request) ? 503 : 200 }));
    await using posthorn = await startPosthorn({
      env: {
        ...account,
        POSTHORN_SMTP_URL: mails.url().reveal(),
        POSTHORN_ADMIN_EMAIL: 'ada@example.com',
        // Neither a retry nor a lease that a busy machine let go of comes between the failures and the 410.
        POSTHORN_RETRY_SCHEDULE: '1h',
        POSTHORN_SHARD_LEASE_SECONDS: '20',
      },
    });
    const uri = `${receiver.url.replace('//', '//ada:p4ss@')}/in?key=s3cret`;
    const to = ['ops@example.com', 'dev@example.com'];
    const addressed = { event: 'task.update', uri, name: 'Status Update', mail_exceptions_to: to.join(', ') };
    const { id } = (await rest(posthorn, 'POST', '/webhooks', addressed)).body;
    const unaddressed = { event: 'task.update', uri: `${uri}2`, name: 'Nobody in particular' };
    const { id: other } = (await rest(posthorn, 'POST', '/webhooks', unaddressed)).body;

    for (let count = 0; count < 3; count++) await publish(posthorn, 'task.update');
    await vi.waitFor(() => expect(mails.received).toHaveLength(2), 60_000);
    const mailAbout = (subject: string) => mails.received.find(({ mail }) => mail.subject === subject)!;
    const { mail, to: recipients } = mailAbout(`Webhook #${id} failed – Status Update`);
    expect(recipients).toEqual(to);
    expect(mail.text).toContain(`https://acme.xurrent.example/webhooks/${id}`);

    expect(mail.text).toMatch(/Target: +http:\/\/ada:\*{4}@127\.0\.0\.1:\d+\/in\?key=/);
    expect(mail.text).toMatch(/Last error: +503 Service Unavailable/);
    expect(mail.text).toMatch(/Next attempt: +about \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
    expect(mailAbout(`Webhook #${other} failed – Nobody in particular`).to).toEqual(['ada@example.com']);

    await eventually('every failure recorded', async () => {
      const failed = await deliveries(posthorn, 'outcome=failure');
      return failed.filter(({ attemptCount }) => attemptCount === 1).length === 6 ? true : undefined;
    });
    receiver.respondWith({ status: 410 });
    await publish(posthorn, 'task.update');
    await vi.waitFor(() => expect(mails.received).toHaveLength(4), 60_000);
    expect(mailAbout(`Webhook #${id} disabled – Status Update`)).toMatchObject({
      to,
      mail: { text: expect.stringMatching(/Last error: +410 Gone/) as string },
    });
    expect(mailAbout(`Webhook #${other} disabled – Nobody in particular`).to).toEqual(['ada@example.com']);
    expect(mails.received.map(({ raw }) => raw).join()).not.toMatch(/p4ss|s3cret/);
    expect((await rest(posthorn, 'GET', `/webhooks/${id}`)).body).toMatchObject({
      disabled: true,
      last_error: '410 Gone',
    });
  });

  test('of a throttled webhook name those whose failures throttle the server', async () => {
    await using mails = await startMailServer();
    await using receiver = await startReceiver((request) => ({ status: isEvent(request) ? 500 : 200 }));
    await using posthorn = await startPosthorn({
      env: {
        ...account,
        POSTHORN_SMTP_URL: mails.url().reveal(),
        POSTHORN_DELIVERY_PROFILE: 'faithful',
        POSTHORN_XURRENT_VERIFICATION: 'offered',
      },
    });
    const addressed = { uri: receiver.url, mail_exceptions_to: 'ops@example.com' };
    const offender = { ...addressed, event: 'task.update', name: 'Offender' };
    const { id } = (await rest(posthorn, 'POST', '/webhooks', offender)).body;
    const victim = { ...addressed, event: 'ci.update', name: 'Status Update' };
    const { id: waiting } = (await rest(posthorn, 'POST', '/webhooks', victim)).body;
    for (let count = 0; count < 10; count++) await publish(posthorn, 'task.update');
    await vi.waitFor(
      () => expect(receiver.requests.filter(isEvent).length).toBeGreaterThanOrEqual(10),
      20_000,
    );
    await publish(posthorn, 'ci.update');
    const subject = `Webhook #${waiting} throttled – Status Update`;
    const throttled = () => mails.received.find(({ mail }) => mail.subject === subject);
    await vi.waitFor(() => expect(throttled()).toBeDefined(), 20_000);
    expect(throttled()!.mail.text).toMatch(new RegExp(`Offending webhooks: +#${id} Offender`));
  });
});

describe('the native API', () => {
  let posthorn: Posthorn;
  beforeAll(async () => {
    posthorn = await startPosthorn({ env: account });
  });
  afterAll(() => posthorn?.[Symbol.asyncDispose]());

  const native = (method: string, path: string, body?: object) =>
    posthorn.api<Body>(path, {
      method,
      body,
      ...(method === 'PATCH' && { headers: { 'content-type': 'application/merge-patch+json' } }),
    });
  const draft = (url: string) => ({
    dialect: 'xurrent',
    name: 'Status Update',
    url,
    eventTypes: ['request.update'],
  });
  const newPolicy = async () =>
    (await rest(posthorn, 'POST', '/webhook_policies', { jwt_alg: 'es256' })).body;

  test('creates one that asks to be verified, signed by a policy of this number; both APIs show the same', async () => {
    await using receiver = await startReceiver();
    const policy = await newPolicy();
    const dialectSettings = {
      mailExceptionsTo: ['ops@example.com', 'dev@example.com'],
      policy: policy.id as number,
      openidConnectDiscovery: true,
      source: 'native',
      sourceID: 'n-1',
    };
    const url = `${receiver.url.replace('//', '//us%3Aer:p%40ss@')}/in?key=1`;
    const { status, body } = await native('POST', '/webhooks', { ...draft(url), dialectSettings });
    expect({ status, ...body }).toMatchObject({
      status: 201,
      dialect: 'xurrent',
      wireId: expect.any(Number) as number,
      url: `${receiver.url}/in?key=1`,
      verification: { state: 'pending' },
      signing: { scheme: 'jwt', keys: [{ algorithm: 'es256' }] },
      timeoutMs: 10_000,
      dialectSettings: { ...dialectSettings, appOfferingReferences: [] },
    });
    expect(body).not.toHaveProperty('secret');
    expect((await rest(posthorn, 'GET', `/webhooks/${body.wireId}`)).body).toMatchObject({
      id: body.wireId as number,
      name: 'Status Update',
      event: 'request.update',
      uri: url,
      disabled: false,
      mail_exceptions_to: 'ops@example.com, dev@example.com',
      webhook_policy: { id: policy.id as number, name: policy.name as string },
      openid_connect_discovery: true,
      source: 'native',
      sourceID: 'n-1',
      verified: false,
    });

    const [request] = await receiver.waitFor(1);
    expect(request!.headers.authorization).toBe(`Basic ${btoa('us:er:p@ss')}`);
    const message = messageIn(request!);
    expect(message).toMatchObject({ event: 'webhook.verify', object_id: body.wireId as number });
    const { pathname, search } = new URL(message.payload.callback);
    expect((await fetch(`${posthorn.url}${pathname}${search}`)).status).toBe(200);
    expect((await native('GET', `/webhooks/${body.id}`)).body.verification.state).toBe('verified');
  });

  test.each([
    ['/dialectSettings/policy', 'unknown', { dialectSettings: { policy: 9_999 } }],
    ['/dialectSettings/policy', undefined, { dialectSettings: { policy: 'es256' } }],
    [
      '/dialectSettings/mailExceptionsTo/1',
      'format',
      { dialectSettings: { mailExceptionsTo: ['a@b.example', 'x'] } },
    ],
    ['/dialectSettings/source', 'length', { dialectSettings: { source: 's'.repeat(31) } }],
    ['/dialectSettings/sourceID', 'length', { dialectSettings: { sourceID: 's'.repeat(129) } }],
    ['/dialectSettings/nothing', undefined, { dialectSettings: { nothing: 1 } }],
    ['/eventTypes', 'one_event', { eventTypes: ['request.update', 'task.update'] }],
    ['/eventTypes/0', 'unknown_event_type', { eventTypes: ['request.*'] }],
    ['/eventTypes/0', 'unknown_event_type', { eventTypes: ['webhook.verify'] }],
    ['/name', 'length', { name: 'n'.repeat(129) }],
    ['/url', undefined, { url: 'ftp://a.example/' }],
    ['/url', undefined, { url: 'http://10.0.0.1/' }],
    ['/signing', 'not_supported', { signing: {} }],
  ])('refuses at %s by the rule %s', async (pointer, rule, change) => {
    const url = 'https://hooks.example.net/in';
    const created = await native('POST', '/webhooks', { ...draft(url), ...change });
    expect({ status: created.status, errors: created.body.errors }).toMatchObject({
      status: 422,
      errors: [{ pointer, ...(rule !== undefined && { rule }) }],
    });
    if (pointer === '/signing') return;
    const { body: stored } = await native('POST', '/webhooks', draft(url));
    const changed = await native('PATCH', `/webhooks/${stored.id}`, change);
    expect({ status: changed.status, errors: changed.body.errors }).toMatchObject({
      status: 422,
      errors: [{ pointer, ...(rule !== undefined && { rule }) }],
    });
  });

  test('a disabled policy takes no new webhook, and keeps the ones that it has', async () => {
    const policy = await newPolicy();
    const settings = { dialectSettings: { policy: policy.id as number } };
    const url = 'https://hooks.example.net/in';
    const { body: linked } = await native('POST', '/webhooks', { ...draft(url), ...settings });
    await rest(posthorn, 'PATCH', `/webhook_policies/${policy.id}`, { disabled: true });
    expect((await native('POST', '/webhooks', { ...draft(url), ...settings })).body.errors).toMatchObject([
      { pointer: '/dialectSettings/policy', rule: 'unknown' },
    ]);
    expect((await native('PATCH', `/webhooks/${linked.id}`, settings)).status).toBe(200);
    const unlinked = await native('PATCH', `/webhooks/${linked.id}`, { dialectSettings: { policy: null } });
    expect(unlinked.body).toMatchObject({ signing: { scheme: 'none' }, dialectSettings: { policy: null } });
  });

  test('a change of the url, or of its user info alone, asks again; other changes of a verified one do not', async () => {
    await using receiver = await startReceiver();
    const { body: created } = await native('POST', '/webhooks', draft(receiver.url));
    await receiver.waitFor(1);
    expect((await native('POST', `/webhooks/${created.id}/verify`)).body.verification.state).toBe('verified');
    const changed = await changeWebhook(posthorn, created.id, {
      name: 'Renamed',
      dialectSettings: { mailExceptionsTo: [] },
    });
    expect(changed).toMatchObject({
      verification: { state: 'verified' },
      dialectSettings: { mailExceptionsTo: null },
    });
    for (const [count, url] of [
      [2, receiver.url.replace('//', '//ada:secret@')],
      [3, `${receiver.url}/moved`],
    ] as const) {
      expect(await changeWebhook(posthorn, created.id, { url })).toMatchObject({
        verification: { state: 'pending' },
      });
      const requests = await receiver.waitFor(count);
      expect(messageIn(requests.at(-1)!).event).toBe('webhook.verify');
      await native('POST', `/webhooks/${created.id}/verify`);
    }
    expect(receiver.requests).toHaveLength(3);
  });

  test('an operator’s word verifies in place of the callback, and is in the audit of both APIs', async () => {
    await using receiver = await startReceiver();
    const { id } = (await rest(posthorn, 'POST', '/webhooks', { event: 'ci.create', uri: receiver.url }))
      .body;
    const { data } = (await native('GET', '/webhooks?dialect=xurrent&limit=250')).body;
    const webhook = data.find(({ wireId }: { wireId: number }) => wireId === id);
    for (let time = 0; time < 2; time++) {
      expect(await native('POST', `/webhooks/${webhook.id}/verify`)).toMatchObject({
        status: 200,
        body: { verification: { state: 'verified' } },
      });
    }
    expect((await rest(posthorn, 'GET', `/webhooks/${id}`)).body.verified).toBe(true);
    expect((await rest(posthorn, 'GET', `/webhooks/${id}/audit`)).body[0]).toMatchObject({
      action: 'update',
      created_by: { name: 'ADMIN_TOKEN' },
      changes: { verified: [false, true] },
    });
  });

  test('a test sends the message about record 12345 and answers with what came back', async () => {
    await using receiver = await startReceiver(() => ({ status: 418 }));
    const { body: created } = await native('POST', '/webhooks', { ...draft(receiver.url), state: 'paused' });
    await receiver.waitFor(1);
    const { body: tested } = await native('POST', `/webhooks/${created.id}/test`);
    expect(tested).toMatchObject({ outcome: 'failure', status: 418 });
    const message = messageIn(receiver.requests.find(isEvent)!);
    expect(message).toMatchObject({ event: 'request.update', object_id: 12345, payload: {} });
  });

  test('a redelivery starts a new chain that names the first attempt as its origin; tests can not be sent again', async () => {
    await using receiver = await startReceiver();
    const { body: created } = await native('POST', '/webhooks', draft(receiver.url));
    await rest(posthorn, 'POST', `/webhooks/${created.wireId}/test`);
    const { id: eventId } = await publish(posthorn, 'request.update');
    const first = await eventually('the delivery to this webhook', async () =>
      (await deliveries(posthorn, `eventId=${eventId}&webhookId=${created.id}`)).find(isDelivered),
    );
    const again = await native('POST', `/deliveries/${first.id}/redeliver`);
    expect(again).toMatchObject({ status: 201, body: { redeliveryOf: first.id, attemptCount: 0 } });
    await eventually('the redelivery', async () =>
      (await deliveries(posthorn, `eventId=${eventId}&webhookId=${created.id}`)).find(
        ({ id, state }) => id === again.body.id && state === 'delivered',
      ),
    );
    const sent = receiver.requests.filter(
      (request) => isEvent(request) && messageIn(request).object_id === null,
    );
    expect(sent).toHaveLength(2);
    const [one, two] = sent.map(({ headers }) => headers);
    expect(one).not.toHaveProperty('x-xurrent-delivery-origin');
    for (const name of ['x-4me-delivery', 'x-xurrent-delivery']) {
      expect(two![`${name}-origin`]).toBe(one![name]);
      expect(two![name]).not.toBe(one![name]);
    }
    const tests = (await native('GET', `/deliveries?webhookId=${created.id}&limit=250`)).body.data.filter(
      ({ purpose }: { purpose: string }) => purpose !== 'event',
    );
    expect(tests.map(({ purpose }: { purpose: string }) => purpose)).toContain('test');
    for (const { id } of tests)
      expect((await native('POST', `/deliveries/${id}/redeliver`)).status).toBe(409);
  });

  test('pausing shows as disabled on the wire, and a client that enables it resumes it', async () => {
    const { body: created } = await native('POST', '/webhooks', draft('https://hooks.example.net/in'));
    await native('POST', `/webhooks/${created.id}/pause`);
    expect((await rest(posthorn, 'GET', `/webhooks/${created.wireId}`)).body.disabled).toBe(true);
    await rest(posthorn, 'PATCH', `/webhooks/${created.wireId}`, { disabled: false });
    expect((await native('GET', `/webhooks/${created.id}`)).body.state).toBe('active');
    await rest(posthorn, 'PATCH', `/webhooks/${created.wireId}`, { disabled: true });
    expect((await native('GET', `/webhooks/${created.id}`)).body).toMatchObject({
      state: 'disabled',
      stateReason: 'client',
    });
  });
});
