import { expect, test } from 'vitest';
import { token } from '../../../../test/native/native-server.ts';
import { givenTraffic } from '../../../../test/native/traffic.ts';
import { watch } from '../../../../test/native/watching.ts';
import { LiveStream } from './live-stream.ts';

const administrator = { authorization: `Bearer ${token}` };
/** A guard against hanging only. */
const within = { timeout: 20_000 };

test('what happens in the tenant comes as events of its topics', async () => {
  await using native = await givenTraffic();
  const { call, clock } = native;
  await using watching = await watch(await native.listen(), administrator);
  const id = await native.webhook('one');
  const delivery = await native.recorded(id, { kind: 'failure', status: 500 });
  await call('POST', `/api/v1/deliveries/${delivery}/cancel`);
  await clock.advance(1_000);

  expect(watching.status).toBe(200);
  expect(watching.headers.get('content-type')).toMatch(/^text\/event-stream/);
  await expect.poll(() => watching.messages.length, within).toBe(4);
  const told = Object.fromEntries(watching.messages.map(({ event, data }) => [event, data]));
  expect(told).toEqual({
    webhooks: { ids: [id] },
    events: { types: ['a.one'], count: 1 },
    deliveries: { ids: [delivery], webhookIds: [id], count: 2 },
    issues: { webhookIds: [id] },
  });
});

test('a replay is told as it begins and at each change', async () => {
  await using native = await givenTraffic();
  await native.webhook('one');
  await using watching = await watch(await native.listen(), administrator);
  const { body: replay } = await native.call('POST', '/api/v1/replays', { states: ['cancelled'] });
  await native.clock.advance(1_000);
  await expect
    .poll(() => watching.messages, within)
    .toEqual([{ event: 'replays', data: { ids: [replay.id] } }]);
});

test("P26: another tenant's news are nobody's, and topics are told to who may view them", async () => {
  await using native = await givenTraffic();
  const base = await native.listen();
  const other = await native.tenant('acme');
  await using theirs = await watch(base, { authorization: `Bearer ${other.key}` });
  const key = await native.apiKey(['DELIVERIES:VIEW']);
  await using some = await watch(base, { authorization: `Bearer ${key}` });
  await using all = await watch(base, administrator);
  const none = await fetch(`${base}/api/v1/live`, {
    headers: { authorization: `Bearer ${await native.apiKey(['EVENTS:VIEW'])}` },
  });
  await native.recorded(await native.webhook('one'), { kind: 'success', status: 200 });
  await native.clock.advance(1_000);

  await expect.poll(() => all.messages.length, within).toBe(3);
  await expect.poll(() => some.messages.map(({ event }) => event), within).toEqual(['deliveries']);
  expect(theirs.messages).toEqual([]);
  expect(none.status).toBe(403);
});

test('a comment comes every fifteen seconds', async () => {
  await using native = await givenTraffic();
  await using watching = await watch(await native.listen(), administrator);
  for (const beats of [1, 2, 3]) {
    await native.clock.advance(15_000);
    await expect.poll(() => watching.beats(), within).toBe(beats);
  }
});

test('the stream ends with the API key or the session that it was opened with', async () => {
  await using native = await givenTraffic();
  const base = await native.listen();
  const draft = { name: 'k', permissions: ['DELIVERIES:VIEW'] };
  const { body: key } = await native.call('POST', '/api/v1/api-keys', draft);
  const ofPage = { authorization: '', 'sec-fetch-site': 'same-origin' };
  const person = { username: 'admin', password: 'password-of-the-tests' };
  const signedIn = await native.call('POST', '/api/v1/session', person, ofPage);
  const cookie = String(signedIn.headers['set-cookie']).split(';')[0]!;
  await using byKey = await watch(base, { authorization: `Bearer ${key.token}` });
  await using bySession = await watch(base, { cookie, 'sec-fetch-site': 'same-origin' });
  expect([byKey.status, bySession.status]).toEqual([200, 200]);
  const ended = { byKey: false, bySession: false };
  void byKey.ended.then(() => (ended.byKey = true));
  void bySession.ended.then(() => (ended.bySession = true));
  const afterBeat = async () => {
    await native.clock.advance(15_000);
    return { ...ended };
  };

  await native.call('DELETE', `/api/v1/api-keys/${key.id}`);
  await expect.poll(afterBeat, within).toEqual({ byKey: true, bySession: false });
  await native.call('DELETE', '/api/v1/session', undefined, { ...ofPage, cookie });
  await expect.poll(afterBeat, within).toEqual({ byKey: true, bySession: true });
});

test('somebody who guesses at the same address keeps no stream open whose key is revoked, and ends no other', async () => {
  await using native = await givenTraffic();
  const base = await native.listen();
  const draft = { name: 'k', permissions: ['DELIVERIES:VIEW'] };
  const { body: key } = await native.call('POST', '/api/v1/api-keys', draft);
  const basic = Buffer.from('admin:password-of-the-tests').toString('base64');
  await using byKey = await watch(base, { authorization: `Bearer ${key.token}` });
  await using byPassword = await watch(base, { authorization: `Basic ${basic}` });
  const ended = { byKey: false, byPassword: false };
  void byKey.ended.then(() => (ended.byKey = true));
  void byPassword.ended.then(() => (ended.byPassword = true));
  const guessing = { authorization: 'Bearer wrong' };
  const guess = () => native.call('GET', '/api/v1/webhooks', undefined, guessing);

  for (let count = 0; count < 20; count++) await guess();
  // Until whoever guesses on has to wait for a minute.
  for (let second = 0; second < 70; second++) {
    await guess();
    await native.clock.advance(1_000);
  }
  const { status } = await guess();
  // It also has the server forget which passwords were right.
  await native.call('DELETE', `/api/v1/api-keys/${key.id}`);
  await native.clock.advance(5_000);

  await expect
    .poll(() => ({ ...ended, beats: byPassword.beats() }), within)
    .toEqual({
      byKey: true,
      byPassword: false,
      beats: 5,
    });
  expect(status).toBe(429);
});

test('a server that stops ends its streams instead of waiting for them', async () => {
  await using native = await givenTraffic();
  await using watching = await watch(await native.listen(), administrator);

  expect(await Promise.all([native.close(), watching.ended])).toHaveLength(2);
});

test('at most fifty look on in a tenant; who leaves makes room', async () => {
  await using native = await givenTraffic();
  const base = await native.listen();
  const watchers = await Promise.all(Array.from({ length: 50 }, () => watch(base, administrator)));
  const refused = await fetch(`${base}/api/v1/live`, { headers: administrator });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).not.toBeNull();
  expect(await refused.json()).toMatchObject({ code: 'too_many_requests' });

  await watchers.pop()![Symbol.asyncDispose]();
  await expect
    .poll(async () => {
      const one = await watch(base, administrator);
      watchers.push(one);
      return one.status;
    }, within)
    .toBe(200);
  await Promise.all(watchers.map((one) => one[Symbol.asyncDispose]()));
});

test('who reads slowly gets what happened meanwhile in one message of each topic', async () => {
  const stream = new LiveStream(() => true);
  for (let count = 0; count < 100_000; count++) {
    const id = `dlv_${count}`;
    stream.tell({ deliveries: { ids: [id], webhookIds: ['wh_1'], count: 1 }, webhooks: { ids: [id] } });
    stream.beat();
  }
  expect(stream.readableLength).toBeLessThan(10_000);

  let text = '';
  stream.on('data', (part: Buffer) => (text += part.toString()));
  const counts = () => [...text.matchAll(/"count":(\d+)/g)].map(([, count]) => Number(count));
  await expect.poll(() => counts().reduce((sum, count) => sum + count, 0), within).toBe(100_000);
  expect(counts().length).toBeLessThan(4);
  expect(text.length).toBeLessThan(10_000);
});
