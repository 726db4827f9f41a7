import { expect, test } from 'vitest';
import type { Webhook } from '../../../api/types.ts';
import { bodyOf, draftOf, emptyDraft, patchOf, rebased } from './draft.ts';
import { Problem } from '../../../api/call.ts';
import { draftProblem } from './draft-problem.ts';
import { standing } from './form-part.ts';
import { scheduleOf, scheduleText } from './schedule.ts';

const webhook: Webhook = {
  id: 'wh_1',
  dialect: 'confluence',
  wireId: 1,
  name: 'Search',
  description: '',
  url: 'https://example.com/index',
  eventTypes: ['page_created'],
  channels: [],
  filter: null,
  headers: { 'x-team': 'search', 'x-token': '********' },
  state: 'active',
  stateReason: null,
  stateSince: null,
  verification: null,
  breaker: { state: 'closed', openSince: null, nextProbeAt: null },
  failingSince: null,
  retrySchedule: [5, 90, 3_600],
  ordering: 'none',
  timeoutMs: 20_000,
  concurrency: 10,
  rateLimit: { requests: 50, perSeconds: 1 },
  signing: { scheme: 'hub-signature', algorithm: null, keys: [] },
  profile: 'durable',
  metadata: {},
  dialectSettings: {
    secret: '********',
    credentials: { username: 'jane' },
    sslVerificationRequired: true,
    configuration: {},
  },
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
const draft = draftOf(webhook);
const filled = { ...emptyDraft, name: 'Billing', url: 'https://example.com', eventTypes: ['invoice.*'] };

test('a draft that nobody touched changes nothing', () => {
  expect(patchOf(draft, webhook)).toEqual({});
});

test('only what was changed is sent: headers one by one, settings of the dialect whole', () => {
  const changed = {
    ...draft,
    name: 'Index',
    headers: [{ name: 'x-token', value: '********' }],
    retrySchedule: '',
    password: 'new',
  };
  expect(patchOf(changed, webhook)).toEqual({
    name: 'Index',
    headers: { 'x-team': null },
    retrySchedule: null,
    dialectSettings: { credentials: { username: 'jane', password: 'new' } },
  });
  expect(patchOf({ ...draft, secret: '', username: '' }, webhook)).toEqual({
    dialectSettings: { secret: null, credentials: null },
  });
});

test('a rate limit is changed by halves, and an empty one is taken away', () => {
  expect(patchOf({ ...draft, rateRequests: '20' }, webhook)).toEqual({ rateLimit: { requests: 20 } });
  expect(patchOf({ ...draft, ratePerSeconds: '60' }, webhook)).toEqual({ rateLimit: { perSeconds: 60 } });
  expect(patchOf({ ...draft, rateRequests: '' }, webhook)).toEqual({ rateLimit: null });
  const without = { ...webhook, rateLimit: null };
  const set = { ...draftOf(without), rateRequests: '5' };
  expect(patchOf(set, without)).toEqual({ rateLimit: { requests: 5, perSeconds: 1 } });
});

test('an event type that is typed and not added counts as chosen, once', () => {
  const typed = { ...draft, typedEvent: ' page_removed ' };
  expect(patchOf(typed, webhook)).toEqual({ eventTypes: ['page_created', 'page_removed'] });
  expect(patchOf({ ...draft, typedEvent: 'page_created' }, webhook)).toEqual({});
  expect(bodyOf({ ...emptyDraft, typedEvent: 'invoice.*' }, 'native').eventTypes).toEqual(['invoice.*']);
});

test('what was left empty is left out of a new webhook', () => {
  const members = {
    name: 'Billing',
    url: 'https://example.com',
    eventTypes: ['invoice.*'],
    state: 'active',
  };
  expect(bodyOf(filled, 'native')).toEqual({ ...members, signing: { scheme: 'standard-webhooks' } });
  expect(bodyOf(filled, 'entrust')).toEqual({
    ...members,
    dialect: 'entrust',
    dialectSettings: { expiryDays: 0 },
  });
});

test('a draft that moves to a newer version keeps what its writer changed and takes the rest', () => {
  const theirs = { ...webhook, name: 'Theirs', url: 'https://example.com/theirs', timeoutMs: 5_000 };
  const moved = rebased({ ...draft, name: 'Mine' }, webhook, theirs);
  expect(patchOf(moved, theirs)).toEqual({ name: 'Mine' });
});

test('a schedule reads back as it is written', () => {
  expect(scheduleOf('5s, 90 2m 1h,1d')).toEqual([5, 90, 120, 3_600, 86_400]);
  expect(scheduleText([5, 90, 120, 3_600, 86_400])).toBe('5s, 90s, 2m, 1h, 1d');
  expect(scheduleOf('soon')).toBeUndefined();
  expect(scheduleOf(' ')).toEqual([]);
});

test('a filter is shown a line a condition, changed as a whole, and kept as it is typed while it is no JSON', () => {
  const filtered: Webhook = { ...webhook, filter: { type: 'a', 'data.x': { $gt: 1 } } };
  const shown = draftOf(filtered);
  expect(shown.filter).toBe('{\n  "type": "a",\n  "data.x": {"$gt":1}\n}');
  expect(patchOf(shown, filtered)).toEqual({});
  expect(patchOf({ ...shown, filter: '{"data.x": {"$lt": 2}}' }, filtered)).toEqual({
    filter: { 'data.x': { $lt: 2 } },
  });
  expect(patchOf({ ...shown, filter: ' ' }, filtered)).toEqual({ filter: null });
  expect(patchOf({ ...shown, filter: '{"data.x"' }, filtered)).toEqual({ filter: '{"data.x"' });
  expect(bodyOf({ ...emptyDraft, filter: '{"type":"b"}' }, 'native').filter).toEqual({ type: 'b' });
});

test.each(['{', '1e400 x', '{"data.x": {"$lt": [1, -1e400]}}'])(
  'the filter %s is refused before it is sent, since it would not arrive so',
  (filter) => {
    expect(draftProblem({ ...emptyDraft, filter })?.about('/filter')).toBeDefined();
    expect(draftProblem({ ...filled, filter: '{"data.x": {"$lt": 1e3}}' })).toBeUndefined();
  },
);

test('a value without a name, or a second one of a name, is refused before it is sent, since it would get lost', () => {
  const metadata = [
    { name: '', value: 'lonely' },
    { name: 'a/b', value: '1' },
    { name: ' a/b ', value: '2' },
    { name: '', value: '' },
  ];
  expect(draftProblem({ ...emptyDraft, metadata })?.about('/metadata')).toBe(
    'The value “lonely” needs a name\n“a/b”: this name stands here twice, and can have one value only',
  );
  expect(draftProblem({ ...filled, metadata: metadata.slice(1, 2) })).toBeUndefined();
});

test.each([
  ['rateRequests', '1e', '/rateLimit/requests', 'A whole number, 1 to 100000'],
  ['rateRequests', '1.5', '/rateLimit/requests', 'A whole number, 1 to 100000'],
  ['ratePerSeconds', '', '/rateLimit/perSeconds', 'A whole number, 1 to 3600'],
  ['timeoutS', '0.5', '/timeoutMs', '1 to 30 seconds'],
  ['timeoutS', '-', '/timeoutMs', '1 to 30 seconds'],
  ['concurrency', 'ten', '/concurrency', 'A whole number, 1 to 500'],
  ['concurrency', '501', '/concurrency', 'A whole number, 1 to 500'],
  ['expiryDays', ' ', '/dialectSettings/expiryDays', 'A whole number, 0 to 3650'],
])(
  '%s of “%s” is refused with what would be right, since it would count as nothing',
  (key, text, pointer, told) => {
    const wrong = { ...emptyDraft, rateRequests: '1', [key]: text };
    expect(draftProblem(wrong)?.about(pointer)).toBe(told);
  },
);

test('a number may have space around it, and a deadline parts of a second; an empty one is the default', () => {
  const written = { ...filled, timeoutS: ' 2.5 ', concurrency: '7 ', rateRequests: ' ' };
  expect(draftProblem(written)).toBeUndefined();
  expect(bodyOf(written, 'native')).toMatchObject({ timeoutMs: 2_500, concurrency: 7 });
  expect(bodyOf(written, 'native').rateLimit).toBeUndefined();
  expect(draftProblem({ ...filled, timeoutS: '', concurrency: ' ', ratePerSeconds: '' })).toBeUndefined();
});

test('all that is missing or wrong is told at once', () => {
  const wrong = {
    ...emptyDraft,
    headers: [{ name: '', value: 'lonely' }],
    retrySchedule: 'soon',
    timeoutS: '0',
    filter: '{',
  };
  const told = draftProblem(wrong)?.errors.map(({ pointer }) => pointer);
  expect(new Set(told)).toEqual(
    new Set(['/name', '/url', '/eventTypes', '/headers/', '/retrySchedule', '/timeoutMs', '/filter']),
  );
});

test('what is missing from a stored webhook does not keep other changes of it from being saved', () => {
  const nameless: Webhook = { ...webhook, name: '' };
  expect(draftProblem({ ...draftOf(nameless), url: 'https://example.com/new' }, nameless)).toBeUndefined();
  expect(draftProblem({ ...draft, name: '' }, webhook)?.about('/name')).toBe('Must not be empty');
});

test('a username needs a password unless one is stored', () => {
  const without: Webhook = { ...webhook, dialectSettings: { ...webhook.dialectSettings, credentials: null } };
  const named = { ...draftOf(without), username: 'jane' };
  const place = '/dialectSettings/credentials/password';
  expect(draftProblem({ ...filled, username: 'jane' })?.about(place)).toBeDefined();
  expect(draftProblem(named, without)?.about(place)).toBeDefined();
  expect(draftProblem({ ...named, password: 'pa55' }, without)).toBeUndefined();
  expect(draftProblem({ ...draft, username: 'john' }, webhook)).toBeUndefined();
});

test('what is wrong with a secret is not told of one that an algorithm no longer takes', () => {
  const errors = [{ pointer: '/signing/secret', rule: 'secret', message: 'The secret is too short' }];
  const refused = new Problem('Refused', { status: 422, code: 'invalid', errors });
  const sent = { ...emptyDraft, ownSecret: 'short' };
  expect(standing(refused, sent, sent)).toMatchObject({ errors });
  expect(standing(refused, sent, { ...sent, scheme: 'http-message-signature', algorithm: 'ed25519' })).toBe(
    undefined,
  );
});
