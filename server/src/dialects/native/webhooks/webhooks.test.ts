import { headerTexts, ownKeys } from '../../../domain/webhook.ts';
import { afterAll, expect, test } from 'vitest';
import { startNative, type NativeServer } from '../../../../test/native/native-server.ts';
import { hourMs, minuteMs } from '../../../domain/clock.ts';
import { askedNow } from '../../../domain/verification.ts';

const webhooks = '/api/v1/webhooks';
const billing = { name: 'Billing', url: 'https://example.com/hooks', eventTypes: ['invoice.*'] };

/** For refusals, which leave nothing behind. */
const shared = await startNative();
afterAll(() => shared[Symbol.asyncDispose]());

test('a webhook is created with defaults, and comes back as it was answered', async () => {
  await using native = await startNative();

  const { status, body } = await native.call('POST', webhooks, billing);
  const again = await native.call('GET', `${webhooks}/${body.id}`);

  expect(status).toBe(201);
  const { secret: _, ...shown } = body;
  expect(again.body).toEqual(shown);
  expect(shown).toMatchObject({
    ...billing,
    dialect: 'native',
    description: '',
    state: 'active',
    stateReason: null,
    breaker: { state: 'closed' },
    channels: [],
    headers: {},
    retrySchedule: null,
    ordering: 'none',
    timeoutMs: 15_000,
    rateLimit: null,
    profile: 'durable',
    metadata: {},
    createdAt: '2026-01-01T00:00:00.000Z',
  });
  expect(again.headers['etag']).toBe('"1"');
});

test('everything that can be said about a webhook is kept', async () => {
  await using native = await startNative();
  const whole = {
    ...billing,
    description: 'Sends invoices on',
    state: 'paused',
    headers: { 'X-Team': 'billing' },
    channels: ['eu'],
    retrySchedule: [1, 5, 86_400],
    ordering: 'key',
    timeoutMs: 1_000,
    concurrency: 1,
    rateLimit: { requests: 100_000, perSeconds: 3_600 },
    profile: 'durable',
    metadata: { owner: 'ada', 'a/b~c': '' },
  };

  const { body } = await native.call('POST', webhooks, whole);
  const { body: shown } = await native.call('GET', `${webhooks}/${body.id}`);

  expect(shown).toMatchObject(whole);
});

test('SEC-01: the secret is in the answer that creates it and masked everywhere else', async () => {
  await using native = await startNative();
  const key = { 'idempotency-key': 'k' };

  const created = await native.call('POST', webhooks, billing, key);
  const { secret, id } = created.body as { secret: string; id: string };
  const others = [
    await native.call('POST', webhooks, billing, key),
    await native.call('GET', `${webhooks}/${id}`),
    await native.call('GET', webhooks),
    await native.call('PATCH', `${webhooks}/${id}`, { name: 'Other' }),
    await native.call('POST', `${webhooks}/${id}/pause`),
    await native.call('GET', '/api/v1/audit'),
  ];

  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  for (const { bytes } of others) expect(bytes.toString()).not.toContain(secret);
  expect(others[1]!.body.signing.keys).toEqual([
    { secret: `whsec_****${secret.slice(-4)}`, createdAt: expect.any(String), expiresAt: null },
  ]);
});

test('a webhook that signs by a policy shows which key signs, and has no secret to show or rotate', async () => {
  await using native = await startNative();
  const policy = await native.policies.create(native.caller, {
    algorithm: 'es256',
    audience: null,
    expiresInMinutes: null,
    disabled: false,
  });
  const { id } = (await native.call('POST', webhooks, billing)).body as { id: string };
  const path = `${webhooks}/${id}`;
  await native.webhooks.update(native.caller, id, (webhook) => ({
    ...webhook,
    signing: { scheme: 'jwt', policyId: policy.id },
  }));

  const shown = await native.call('GET', path);
  expect(shown.body.signing).toEqual({
    scheme: 'jwt',
    algorithm: null,
    keys: [{ kid: policy.keys[0].id, algorithm: 'es256', createdAt: expect.any(String) }],
  });
  expect((await native.call('PATCH', path, { name: 'Other' })).body.signing).toEqual(shown.body.signing);
  const rotated = await native.call('POST', `${path}/secrets/rotate`);
  expect([rotated.status, rotated.body.detail]).toEqual([
    409,
    'This webhook signs by its webhook policy; change the policy to get another key',
  ]);
  const [linked] = (await native.call('GET', '/api/v1/audit')).body.data.slice(1);
  expect(linked.after.signing).toEqual({ scheme: 'jwt', policyId: policy.id, keys: [] });
});

test('SIG-08: an own secret of 24 to 64 bytes is taken, any other is refused without being repeated', async () => {
  await using native = await startNative();
  const own = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

  const created = await native.call('POST', webhooks, { ...billing, signing: { secret: own(24) } });
  expect(created.body.secret).toBe(own(24));
  expect((await native.call('POST', webhooks, { ...billing, signing: { secret: own(64) } })).status).toBe(
    201,
  );
  for (const bad of [own(8), own(23), own(65), own(32).slice(6), `sk_${own(32)}`, 'whsec_***']) {
    const { status, body, bytes } = await native.call('POST', webhooks, {
      ...billing,
      signing: { secret: bad },
    });
    expect([bad, status]).toEqual([bad, 422]);
    expect(body.errors).toMatchObject([{ pointer: '/signing/secret' }]);
    expect(bytes.toString()).not.toContain(bad);
  }
});

const refused: [string, object, string?][] = [
  ['/name', { name: undefined }, 'required'],
  ['/name', { name: ' ' }, 'blank'],
  ['/name', { name: 'a\u0000' }, 'characters'],
  ['/description', { description: 'a\u0000' }, 'characters'],
  ['/description', { description: '\ud800' }, 'characters'],
  ['/metadata/a', { metadata: { a: '\u0000' } }, 'characters'],
  ['/name', { name: 'x'.repeat(256) }],
  ['/url', { url: 'http://example.com/' }],
  ['/url', { url: 'https://localhost/' }],
  ['/url', { url: 'https://10.0.0.1/' }],
  ['/url', { url: 'https://user:pass@example.com/' }],
  ['/url', { url: 'nonsense' }],
  ['/eventTypes', { eventTypes: [] }],
  ['/eventTypes/0', { eventTypes: ['a*b'] }, 'event_type_pattern'],
  ['/eventTypes/0', { eventTypes: ['(a+)+$'] }, 'event_type_pattern'],
  ['/eventTypes/1', { eventTypes: ['a', 'a'] }, 'unique'],
  ['/eventTypes', { eventTypes: '*' }, 'type'],
  ['/state', { state: 'disabled' }],
  ['/channels/0', { channels: ['a b'] }, 'channel'],
  ['/headers/Host', { headers: { Host: 'x' } }, 'reserved'],
  ['/headers/webhook-id', { headers: { 'webhook-id': 'x' } }, 'reserved'],
  ['/headers/X-A', { headers: { 'X-A': 'a\r\nB: c' } }, 'characters'],
  ['/headers/X-Api-Key', { headers: { 'X-Api-Key': '[redacted]' } }, 'masked'],
  ['/timeoutMs', { timeoutMs: 999 }],
  ['/timeoutMs', { timeoutMs: 30_001 }],
  ['/timeoutMs', { timeoutMs: '15000' }, 'type'],
  ['/timeoutMs', { timeoutMs: 1500.5 }, 'type'],
  ['/ordering', { ordering: 'strict' }, 'one_of'],
  ['/concurrency', { concurrency: 0 }],
  ['/concurrency', { concurrency: 501 }],
  ['/metadata/k', { metadata: { k: 1 } }, 'type'],
  ['/metadata/k', { metadata: { k: 'x'.repeat(513) } }, 'max_length'],
  ['/profile', { profile: 'faithful' }, 'not_supported'],
  ['/dialect', { dialect: 'xurrent' }, 'not_supported'],
  ['/dialectSettings/secret', { dialectSettings: { secret: 'x' } }],
  ['/filter', { filter: {} }],
  ['/rateLimit', { rateLimit: 50 }],
  ['/rateLimit/requests', { rateLimit: { perSeconds: 1 } }, 'required'],
  ['/rateLimit/perSeconds', { rateLimit: { requests: 50 } }, 'required'],
  ['/rateLimit/requests', { rateLimit: { requests: 0, perSeconds: 1 } }, 'range'],
  ['/rateLimit/requests', { rateLimit: { requests: 100_001, perSeconds: 1 } }, 'range'],
  ['/rateLimit/requests', { rateLimit: { requests: 1.5, perSeconds: 1 } }, 'type'],
  ['/rateLimit/requests', { rateLimit: { requests: '50', perSeconds: 1 } }, 'type'],
  ['/rateLimit/perSeconds', { rateLimit: { requests: 50, perSeconds: 0 } }, 'range'],
  ['/rateLimit/perSeconds', { rateLimit: { requests: 50, perSeconds: 3_601 } }, 'range'],
  ['/rateLimit/perSeconds', { rateLimit: { requests: 50, perSeconds: null } }, 'type'],
  ['/rateLimit/perMinute', { rateLimit: { requests: 50, perSeconds: 60, perMinute: 3 } }, 'unknown_member'],
];

test.each(refused)('%s of %j is refused by its own rule', async (pointer, change, rule) => {
  const answer = await shared.call('POST', webhooks, { ...billing, ...change });

  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ pointer, ...(rule === undefined ? {} : { rule }) }]);
});

test.each([
  ['[]'],
  ['[-1]'],
  ['[0]'],
  ['[null]'],
  ['[1.5]'],
  ['["5"]'],
  ['[1e9]'],
  [JSON.stringify(Array.from({ length: 10_000 }, () => 1))],
  [JSON.stringify(Array.from({ length: 40 }, () => 86_400))],
])('RTY-11: the retry schedule %.30s is refused with its path', async (schedule) => {
  const body = JSON.stringify(billing).replace(/\}$/, `,"retrySchedule":${schedule}}`);

  const answer = await shared.call('POST', webhooks, body);

  expect(answer.status).toBe(422);
  expect(answer.body.errors[0].pointer).toMatch(/^\/retrySchedule/);
});

test('RTY-11: waits of a retry schedule that are written as in the setting are told to be seconds', async () => {
  const { body } = await shared.call('POST', webhooks, { ...billing, retrySchedule: ['5s'] });
  expect(body.errors).toEqual([
    {
      pointer: '/retrySchedule/0',
      rule: 'type',
      message: '/retrySchedule/0 must be a whole number of seconds, such as 30',
    },
  ]);
});

test('a merge patch changes what it names, and null takes a member away', async () => {
  await using native = await startNative();
  const id = await create(native, {
    headers: { 'X-Team': 'a', 'X-Other': 'b' },
    metadata: { owner: 'ada', team: 'x' },
    retrySchedule: [5],
    ordering: 'webhook',
    timeoutMs: 2_000,
    description: 'old',
    channels: ['eu'],
  });

  const { body } = await native.call('PATCH', `${webhooks}/${id}`, {
    name: 'Renamed',
    headers: { 'x-team': 'c', 'X-Other': null, 'X-New': 'd' },
    metadata: { team: null },
    retrySchedule: null,
    ordering: null,
    timeoutMs: null,
    description: null,
    channels: null,
  });

  expect(body).toMatchObject({
    name: 'Renamed',
    url: billing.url,
    headers: { 'x-team': 'c', 'X-New': 'd' },
    metadata: { owner: 'ada' },
    retrySchedule: null,
    ordering: 'none',
    timeoutMs: 15_000,
    description: '',
    channels: [],
  });
});

test('a merge patch sets a rate limit, changes half of it, and null takes it away', async () => {
  await using native = await startNative();
  const id = await create(native, {});
  const limitAfter = async (rateLimit: unknown) =>
    (await native.call('PATCH', `${webhooks}/${id}`, { rateLimit })).body.rateLimit;

  expect(await limitAfter({ requests: 50, perSeconds: 1 })).toEqual({ requests: 50, perSeconds: 1 });
  expect(await limitAfter({ requests: 20 })).toEqual({ requests: 20, perSeconds: 1 });
  expect(await limitAfter({ perSeconds: 60 })).toEqual({ requests: 20, perSeconds: 60 });
  expect(await limitAfter({})).toEqual({ requests: 20, perSeconds: 60 });
  expect((await native.call('PATCH', `${webhooks}/${id}`, { name: 'Other' })).body.rateLimit).not.toBeNull();
  expect(await limitAfter(null)).toBeNull();
});

test('half a rate limit is refused where there is none to change', async () => {
  const id = await create(shared, {});
  const refusalOf = async (rateLimit: unknown) => {
    const { status, body } = await shared.call('PATCH', `${webhooks}/${id}`, { rateLimit });
    return [status, ...body.errors.map(({ pointer, rule }: Record<string, unknown>) => [pointer, rule])];
  };

  expect(await refusalOf({ requests: 50 })).toEqual([422, ['/rateLimit/perSeconds', 'required']]);
  expect(await refusalOf({ perSeconds: 1 })).toEqual([422, ['/rateLimit/requests', 'required']]);
  expect(await refusalOf({})).toEqual([
    422,
    ['/rateLimit/requests', 'required'],
    ['/rateLimit/perSeconds', 'required'],
  ]);
});

test('a secret header is masked, and sending the mask back leaves it as it is', async () => {
  await using native = await startNative();
  const id = await create(native, { headers: { Authorization: 'Bearer receiver-token', 'X-Team': 'a' } });

  const shown = await native.call('GET', `${webhooks}/${id}`);
  await native.call('PATCH', `${webhooks}/${id}`, { headers: shown.body.headers });
  const stored = await native.webhooks.get(native.caller.principal.tenantId, id);

  expect(shown.bytes.toString()).not.toContain('receiver-token');
  expect(headerTexts(stored.endpoint.headers)).toEqual({
    Authorization: 'Bearer receiver-token',
    'X-Team': 'a',
  });
});

test('a mask under another name is refused: what it hides is known under its own name only', async () => {
  await using native = await startNative();
  const id = await create(native, { headers: { 'X-Api-Key': 'secret' } });

  const renamed = { headers: { 'X-Api-Key': null, 'X-Team': '[redacted]' } };
  const answer = await native.call('PATCH', `${webhooks}/${id}`, renamed);
  const stored = await native.webhooks.get(native.caller.principal.tenantId, id);

  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ pointer: '/headers/X-Team', rule: 'masked' }]);
  expect(headerTexts(stored.endpoint.headers)).toEqual({ 'X-Api-Key': 'secret' });
});

test.each([
  ['/name', { name: null }],
  ['/url', { url: 'https://127.0.0.1/' }],
  ['/eventTypes/0', { eventTypes: ['a b'] }],
  ['/headers/X-A', { headers: { 'x-a': '1', 'X-A': '2' } }],
  ['/signing', { signing: { secret: 'x' } }],
  ['/dialect', { dialect: 'confluence' }],
  ['/id', { id: 'wh_1' }],
  ['/rateLimit/requests', { rateLimit: { requests: 0, perSeconds: 1 } }],
  ['/rateLimit/perSeconds', { rateLimit: { requests: 1, perSeconds: null } }],
  ['/rateLimit/burst', { rateLimit: { burst: 1 } }],
  ['/state', { state: null }],
])('a patch is refused at %s for %j', async (pointer, patch) => {
  const id = await create(shared, {});

  const answer = await shared.call('PATCH', `${webhooks}/${id}`, patch);

  expect(answer.status).toBe(422);
  expect(answer.body.errors[0]).toMatchObject({ pointer });
});

test('If-Match protects a change from overwriting another one', async () => {
  await using native = await startNative();
  const id = await create(native, {});
  const patch = (name: string, etag: string) =>
    native.call('PATCH', `${webhooks}/${id}`, { name }, { 'if-match': etag });

  const first = await patch('First', '"1"');
  const late = await patch('Late', '"1"');
  const any = await patch('Any', '*');
  const several = await patch('Several', 'W/"9", "3"');
  const broken = await patch('Broken', '3');

  expect([first.status, late.status, any.status, several.status, broken.status]).toEqual([
    200, 412, 200, 200, 422,
  ]);
  expect(first.headers['etag']).toBe('"2"');
  expect(late.body.code).toBe('precondition_failed');
  expect((await native.call('GET', `${webhooks}/${id}`)).body.name).toBe('Several');
});

test.each([
  ['DELETE', ''],
  ['POST', '/test'],
  ['POST', '/pause'],
  ['POST', '/resume'],
  ['POST', '/secrets/rotate'],
] as const)('If-Match is honoured by %s of a webhook%s', async (method, path) => {
  await using native = await startNative();
  const id = await create(native, {});
  await native.call('PATCH', `${webhooks}/${id}`, { name: 'Second' });
  const act = (etag: string) =>
    native.call(method, `${webhooks}/${id}${path}`, undefined, { 'if-match': etag });

  const late = await act('"1"');
  const kept = await native.call('GET', `${webhooks}/${id}`);
  const broken = await act('2');
  const right = await act('"2"');

  expect(late.status).toBe(412);
  expect(late.body.code).toBe('precondition_failed');
  expect(kept.headers['etag']).toBe('"2"');
  expect(broken.status).toBe(422);
  expect(right.status).toBe(method === 'DELETE' ? 204 : 200);
});

test('a repetition under one key gets its first answer, though its If-Match is late by now', async () => {
  await using native = await startNative();
  const id = await create(native, {});
  const pause = () =>
    native.call('POST', `${webhooks}/${id}/pause`, undefined, { 'if-match': '"1"', 'idempotency-key': 'k' });

  const first = await pause();
  const again = await pause();

  expect([first.status, again.status]).toEqual([200, 200]);
  expect(again.headers['idempotency-replayed']).toBe('true');
});

test('pause, resume and delete do what they say, and a deleted webhook is unknown', async () => {
  await using native = await startNative();
  const id = await create(native, {});

  const paused = await native.call('POST', `${webhooks}/${id}/pause`);
  const resumed = await native.call('POST', `${webhooks}/${id}/resume`);
  const deleted = await native.call('DELETE', `${webhooks}/${id}`);

  expect(paused.body).toMatchObject({ state: 'paused', stateSince: expect.any(String) });
  expect(resumed.body).toMatchObject({ state: 'active', stateSince: null });
  expect(deleted.status).toBe(204);
  for (const [method, path] of [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/test'],
    ['POST', '/pause'],
    ['POST', '/resume'],
    ['POST', '/secrets/rotate'],
    ['GET', '/statistics'],
  ] as const) {
    const { status } = await native.call(
      method,
      `${webhooks}/${id}${path}`,
      method === 'PATCH' ? {} : undefined,
    );
    expect([method, path, status]).toEqual([method, path, 404]);
  }
});

test('a webhook that was disabled says why, takes no pause, and a resume gives it another chance', async () => {
  await using native = await startNative();
  const { tenantId } = native.caller.principal;
  const id = await create(native, {});

  await native.webhooks.disable(tenantId, id, 'failing', billing.url);
  const disabled = await native.call('GET', `${webhooks}/${id}`);
  const paused = [
    await native.call('POST', `${webhooks}/${id}/pause`),
    await native.call('PATCH', `${webhooks}/${id}`, { state: 'paused' }),
  ];
  const resumed = await native.call('PATCH', `${webhooks}/${id}`, { state: 'active' });

  expect(paused.map(({ status }) => status)).toEqual([409, 409]);
  expect(paused[1]!.body.detail).toBe(paused[0]!.body.detail);
  expect(disabled.body).toMatchObject({ state: 'disabled', stateReason: 'failing' });
  expect(resumed.body).toMatchObject({ state: 'active', stateReason: null });
});

test('a webhook shows its verification, and a person can vouch for it, once and again', async () => {
  await using native = await startNative();
  const id = await create(native, {});
  const ask = () => askedNow('evt_01kdvdna00aaaaaaaaaaaaaaaa', native.clock.wall());
  const none = await native.call('POST', `${webhooks}/${id}/verify`);
  const { body: before } = await native.call('GET', `${webhooks}/${id}`);
  await native.webhooks.update(native.caller, id, (current) => ({ ...current, verification: ask() }));
  const { body: pending } = await native.call('GET', `${webhooks}/${id}`);
  const { body: verified } = await native.call('POST', `${webhooks}/${id}/verify`);
  const again = await native.call('POST', `${webhooks}/${id}/verify`);

  expect(none.status).toBe(409);
  expect(before.verification).toBeNull();
  expect(pending.verification).toEqual({
    state: 'pending',
    expiresAt: '2026-01-02T00:00:00.000Z',
    meanwhile: 'deliver',
  });
  expect(verified.verification).toEqual({ state: 'verified', verifiedAt: '2026-01-01T00:00:00.000Z' });
  expect(again).toMatchObject({ status: 200, body: verified });
});

test('a receiver that has not answered is asked again by a new message; one that has stays verified', async () => {
  await using native = await startNative();
  const id = await create(native, {});
  const none = await native.call('POST', `${webhooks}/${id}/verification`);
  const asked = askedNow('evt_01kdvdna00aaaaaaaaaaaaaaaa', native.clock.wall());
  await native.webhooks.update(native.caller, id, (current) => ({ ...current, verification: asked }));
  await native.clock.advance(hourMs);
  const { body: renewed } = await native.call('POST', `${webhooks}/${id}/verification`);
  await native.call('POST', `${webhooks}/${id}/verify`);
  const { body: verified } = await native.call('POST', `${webhooks}/${id}/verification`);

  expect(none.status).toBe(409);
  expect(renewed.verification).toMatchObject({ state: 'pending', expiresAt: '2026-01-02T01:00:00.000Z' });
  expect(verified.verification.state).toBe('verified');
});

test('an open breaker shows when the next probe is due', async () => {
  await using native = await startNative();
  const id = await create(native, {});
  const now = native.clock.now();
  native.health.set(id, {
    breaker: { kind: 'open', until: now + minuteMs, openings: 1, since: now },
    failing: { since: now - hourMs, deliveryIds: [], attempts: 1, last: null, noticed: 'none' },
  });

  const open = await native.call('GET', `${webhooks}/${id}`);
  await native.clock.advance(2 * minuteMs);
  const halfOpen = await native.call('GET', `${webhooks}/${id}`);

  expect(open.body).toMatchObject({
    breaker: { state: 'open', nextProbeAt: new Date(now + minuteMs).toISOString() },
    failingSince: new Date(now - hourMs).toISOString(),
  });
  expect(halfOpen.body.breaker.state).toBe('half-open');
});

test('SIG-03: after a rotation both secrets sign until the grace is over, and graceMs 0 revokes at once', async () => {
  await using native = await startNative();
  const id = await create(native, {});
  const keys = async () => (await native.call('GET', `${webhooks}/${id}`)).body.signing.keys;

  const rotated = await native.call('POST', `${webhooks}/${id}/secrets/rotate`);
  expect(rotated.body.secret).toMatch(/^whsec_/);
  expect(await keys()).toHaveLength(2);
  await native.clock.advance(25 * hourMs);
  expect(await keys()).toHaveLength(1);
  await native.call('POST', `${webhooks}/${id}/secrets/rotate`, { graceMs: 0 });
  expect(await keys()).toHaveLength(1);
});

test('the new secret of a rotation is shown once, for a webhook of another dialect too', async () => {
  await using native = await startNative();
  const created = await native.call('POST', webhooks, {
    name: 'Wiki',
    url: 'https://example.com/wiki',
    eventTypes: ['page_created'],
    dialect: 'confluence',
    dialectSettings: { secret: 'hush-hush' },
  });
  const path = `${webhooks}/${created.body.id}`;

  const rotated = await native.call('POST', `${path}/secrets/rotate`);

  const stored = await native.store.getWebhook(native.caller.principal.tenantId, created.body.id);
  const { signing } = stored!;
  expect(ownKeys(signing)[0]?.secret.reveal()).toBe(rotated.body.secret);
  expect(rotated.body.secret).not.toBe('hush-hush');
  expect((await native.call('GET', path)).bytes.toString()).not.toContain(rotated.body.secret);
});

test('the keys that are shown are those that sign by the wall clock, also after it was set', async () => {
  await using native = await startNative();
  const id = await create(native, {});
  await native.call('POST', `${webhooks}/${id}/secrets/rotate`, { graceMs: hourMs });

  native.clock.setWall(native.clock.wall() + 2 * hourMs);

  expect((await native.call('GET', `${webhooks}/${id}`)).body.signing.keys).toHaveLength(1);
});

test('a repeated rotation under one key rotates once and repeats no secret', async () => {
  await using native = await startNative();
  const id = await create(native, {});
  const key = { 'idempotency-key': 'k' };

  const first = await native.call('POST', `${webhooks}/${id}/secrets/rotate`, {}, key);
  const again = await native.call('POST', `${webhooks}/${id}/secrets/rotate`, {}, key);

  expect(again.headers['idempotency-replayed']).toBe('true');
  expect(again.body.signing).toEqual(first.body.signing);
  expect(again.body.secret).toBeUndefined();
});

test.each([
  ['/graceMs', { graceMs: -1 }],
  ['/graceMs', { graceMs: 1e12 }],
  ['/secret', { secret: 'whsec_short' }],
  ['/other', { other: 1 }],
])('a rotation is refused at %s for %j', async (pointer, rotation) => {
  const id = await create(shared, {});

  const answer = await shared.call('POST', `${webhooks}/${id}/secrets/rotate`, rotation);

  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ pointer }]);
});

test('a test answers with the attempt, whatever came of it', async () => {
  await using native = await startNative();
  const id = await create(native, { headers: { Authorization: 'Bearer receiver-token' } });

  const good = await native.call('POST', `${webhooks}/${id}/test`);
  native.exchange = {
    outcome: { kind: 'error', reason: 'connect_refused', detail: 'ECONNREFUSED' },
    response: null,
    timing: { dnsMs: 1 },
    durationMs: 5,
  };
  const bad = await native.call('POST', `${webhooks}/${id}/test`);
  native.exchange = {
    ...native.exchange,
    outcome: { kind: 'failure', status: 410 },
  };
  const gone = await native.call('POST', `${webhooks}/${id}/test`);
  const { body: after } = await native.call('GET', `${webhooks}/${id}`);

  expect(good.status).toBe(200);
  expect(good.body).toMatchObject({ outcome: 'success', status: 200, number: null, explanation: null });
  expect(JSON.parse(good.body.requestBody.bodyText)).toMatchObject({
    type: 'posthorn.test',
    data: { webhookId: id },
  });
  expect(good.bytes.toString()).not.toContain('receiver-token');
  expect(bad.body).toMatchObject({
    outcome: 'error',
    error: 'connect_refused',
    explanation: expect.stringMatching(/nothing listens/),
  });
  expect(gone.body.explanation).toBe('The receiver answered 410: it wants nothing more.');
  expect(after.state).toBe('active');
});

test.each([
  [{ secret: 5 }, '/dialectSettings/secret', 'must be'],
  [{ credentials: { username: 'a:b' } }, '/dialectSettings/credentials/username', 'must not contain a colon'],
  [{ secrets: 'x' }, '/dialectSettings/secrets', 'is not known here'],
])('a bad setting of a dialect is told by its whole pointer: %j', async (dialectSettings, pointer, says) => {
  const wiki = { ...billing, eventTypes: ['page_created'], dialect: 'confluence', dialectSettings };

  const { status, body } = await shared.call('POST', webhooks, wiki);

  expect(status).toBe(422);
  expect(body.errors).toMatchObject([{ pointer, message: expect.stringContaining(`${pointer} ${says}`) }]);
  expect(body.detail).toBe(body.errors[0].message);
});

test.each(['socketPath', 'dispatcher', 'proxy', 'lookup', 'ca'])(
  "SSR-28: '%s' can not be assigned to a webhook, whether it is made or changed",
  async (member) => {
    const id = await create(shared, {});
    const wiki = { name: 'Wiki', url: 'https://example.com/wiki', eventTypes: ['page_created'] };
    const own = { [member]: '/var/run/docker.sock' };
    const dialectSettings = { dialect: 'confluence', dialectSettings: own };

    const answers = [
      await shared.call('POST', webhooks, { ...billing, ...own }),
      await shared.call('POST', webhooks, { ...wiki, ...dialectSettings }),
      await shared.call('PATCH', `${webhooks}/${id}`, own),
    ];

    const pointers = answers.map(({ status, body }) => [status, body.errors[0].pointer]);
    expect(pointers).toEqual([
      [422, `/${member}`],
      [422, `/dialectSettings/${member}`],
      [422, `/${member}`],
    ]);
  },
);

test('a repeated create answers as the first one did, with ETag and wire id, but for the secret', async () => {
  await using native = await startNative();
  const wiki = { ...billing, eventTypes: ['page_created'], dialect: 'confluence' };
  for (const [key, webhook] of Object.entries({ wiki, billing })) {
    const post = () => native.call('POST', webhooks, webhook, { 'idempotency-key': key });

    const first = await post();
    const again = await post();
    const { secret: _, ...shown } = first.body;

    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(shown);
    expect([first.headers['etag'], again.headers['etag']]).toEqual(['"1"', '"1"']);

    await native.call('DELETE', `${webhooks}/${shown.id}`);
    const { status, body } = await post();
    expect([status, body.id]).toEqual([201, shown.id]);
  }
});

test('webhooks of another dialect are created, shown and changed with their own settings', async () => {
  await using native = await startNative();
  const confluence = {
    name: 'Wiki',
    url: 'https://ada:pw@example.com/wiki',
    eventTypes: ['page_created'],
    dialect: 'confluence',
    dialectSettings: { secret: 'hush-hush' },
  };

  const { status, body } = await native.call('POST', webhooks, confluence);
  const patched = await native.call('PATCH', `${webhooks}/${body.id}`, {
    retrySchedule: [5],
    dialectSettings: { sslVerificationRequired: false },
  });
  const unknownType = await native.call('POST', webhooks, { ...confluence, eventTypes: ['invoice.paid'] });
  const badSetting = await native.call('POST', webhooks, {
    ...confluence,
    dialectSettings: { sslVerificationRequired: 'no' },
  });
  const signing = await native.call('POST', webhooks, { ...confluence, signing: {} });

  expect(status).toBe(201);
  expect(body).toMatchObject({
    dialect: 'confluence',
    wireId: 1,
    url: 'https://example.com/wiki',
    timeoutMs: 20_000,
    signing: { scheme: 'hub-signature' },
    dialectSettings: { credentials: { username: 'ada' } },
  });
  expect(body.secret).toBeUndefined();
  expect(patched.body).toMatchObject({
    retrySchedule: [5],
    dialectSettings: { sslVerificationRequired: false },
  });
  expect(JSON.stringify([body, patched.body])).not.toMatch(/hush-hush|pw@/);
  expect(unknownType.body.errors).toMatchObject([{ pointer: '/eventTypes/0' }]);
  expect(badSetting.body.errors).toMatchObject([{ pointer: '/dialectSettings/sslVerificationRequired' }]);
  expect(signing.body.errors).toMatchObject([{ pointer: '/signing', rule: 'not_supported' }]);
});

test('webhooks are listed oldest first and found by state, dialect and time of creation', async () => {
  await using native = await startNative();
  const first = await create(native, {});
  await native.clock.advance(hourMs);
  const second = await create(native, { state: 'paused' });
  const list = async (query: string) =>
    (await native.call('GET', `${webhooks}?${query}`)).body.data.map(({ id }: { id: string }) => id);

  expect(await list('')).toEqual([first, second]);
  expect(await list('state=paused')).toEqual([second]);
  expect(await list('dialect=confluence')).toEqual([]);
  expect(await list('to=2026-01-01T00:30:00Z')).toEqual([first]);
  expect(await list('from=2026-01-01T00:30:00Z')).toEqual([second]);
});

async function create(native: NativeServer, part: object): Promise<string> {
  const { body } = await native.call('POST', webhooks, { ...billing, ...part });
  return body.id as string;
}
