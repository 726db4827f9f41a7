import { afterAll, expect, test } from 'vitest';
import { startNative } from '../../../test/native/native-server.ts';

const native = await startNative();
afterAll(() => native[Symbol.asyncDispose]());

const lists = [
  'events',
  'webhooks',
  'deliveries',
  'issues',
  'event-types',
  'tenants',
  'principals',
  'roles',
  'api-keys',
  'audit',
];

for (let count = 0; count < 7; count++) {
  await native.call('POST', '/api/v1/webhooks', {
    name: `w${count}`,
    url: 'https://example.com/',
    eventTypes: ['a'],
  });
  await native.call('POST', '/api/v1/event-types', { name: `type${count}` });
  await native.call('POST', '/api/v1/roles', { name: `r${count}`, permissions: [] });
  await native.call('POST', '/api/v1/principals', {
    ...(count % 2 === 0
      ? { kind: 'client', displayName: `c${count}` }
      : { username: `u${count}`, password: 'engine-analytical' }),
    roleId: 'rol_auditor',
  });
}
await native.call('POST', '/api/v1/events', { type: 'a', data: {} });

test.each(lists)(
  'INP-16: the limit of /%s is 1 to 250, and nothing else is taken for a number',
  async (list) => {
    for (const limit of ['0', '-1', '1e9', '1000000000', '251', 'NaN', '1.5', '', '%00', '01', '+1', ' 1']) {
      const { status, body } = await native.call('GET', `/api/v1/${list}?limit=${encodeURIComponent(limit)}`);
      expect([limit, status]).toEqual([limit, 422]);
      expect(body.errors[0].pointer).toBe('query/limit');
    }
    const { status, body } = await native.call('GET', `/api/v1/${list}?limit=250`);
    expect(status).toBe(200);
    expect(body).toEqual({ data: expect.any(Array), next: null, previous: null });
  },
);

test('a time that is none is told with the form of one', async () => {
  const { status, body } = await native.call('GET', '/api/v1/events?from=x');
  expect(status).toBe(422);
  expect(body.errors).toEqual([
    {
      pointer: 'query/from',
      rule: 'format',
      message:
        'query/from must be an ISO 8601 time with seconds and zone, such as 2026-05-01T12:00:00Z (UTC)',
    },
  ]);
});

test.each(lists)('pages of /%s run forward and back through every entry once, in one order', async (list) => {
  const whole = (await native.call('GET', `/api/v1/${list}?limit=250`)).body.data;
  const pages: unknown[][] = [];
  let cursor: string | null = null;
  let last;
  do {
    const query: string = cursor === null ? 'limit=3' : `limit=3&cursor=${cursor}`;
    last = (await native.call('GET', `/api/v1/${list}?${query}`)).body;
    pages.push(last.data);
    cursor = last.next;
  } while (cursor !== null);
  const back: unknown[] = [...last.data];
  for (let previous = last.previous; previous !== null;) {
    const page = (await native.call('GET', `/api/v1/${list}?limit=3&cursor=${previous}`)).body;
    back.unshift(...page.data);
    previous = page.previous;
  }

  expect(pages.flat()).toEqual(whole);
  expect(back).toEqual(whole);
});

test('AUT-05: a tampered, foreign or old cursor is refused', async () => {
  const { next } = (await native.call('GET', '/api/v1/webhooks?limit=3')).body;
  const other = await native.tenant('acme');

  const elsewhere = await native.call('GET', `/api/v1/roles?cursor=${next}`);
  const theirs = await native.call('GET', `/api/v1/webhooks?cursor=${next}`, undefined, {
    authorization: `Bearer ${other.key}`,
  });
  const tampered = await native.call('GET', `/api/v1/webhooks?cursor=${next.slice(0, -2)}AA`);

  expect([elsewhere.status, theirs.status, tampered.status]).toEqual([400, 400, 400]);
});

test.each(lists)('INP-11: a parameter that /%s does not have is refused', async (list) => {
  for (const name of ['offset', 'sort', 'query', "'; DROP TABLE events;--", '__proto__']) {
    const { status } = await native.call('GET', `/api/v1/${list}?${encodeURIComponent(name)}=1`);
    expect([name, status]).toEqual([name, 422]);
  }
});
