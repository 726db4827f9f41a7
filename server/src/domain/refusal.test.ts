// Refusals carry what a dialect needs to render them.

import { expect, test } from 'vitest';
import { invalid, notFound, Refusal } from './refusal.ts';

test('a refusal is an error with a code, and knows its problems and when to come back', () => {
  const refusal = new Refusal('too_many_requests', 'Too many publishes', { retryAfterMs: 2_000 });
  expect(refusal).toBeInstanceOf(Error);
  expect(refusal).toMatchObject({
    name: 'Refusal',
    code: 'too_many_requests',
    problems: [],
    retryAfterMs: 2_000,
  });
  expect(new Refusal('conflict', 'The name is taken').retryAfterMs).toBeUndefined();
});

test('fields that break rules are all listed, and the first is the message', () => {
  const problems = [
    { pointer: '/url', rule: 'required', message: 'The URL is missing' },
    { pointer: '/name', rule: 'type', message: 'The name is a text' },
  ] as const;
  expect(invalid([...problems])).toMatchObject({ code: 'invalid', message: 'The URL is missing', problems });
});

test('what is not found is named', () => {
  expect(notFound('webhook')).toMatchObject({ code: 'not_found', message: 'No such webhook' });
});
