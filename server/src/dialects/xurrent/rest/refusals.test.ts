// The bodies of what goes wrong, as the original's table has them (specification §2.4).

import { expect, test } from 'vitest';
import { Refusal, type RefusalCode } from '../../../domain/refusal.ts';
import { makeRender } from './refusals.ts';

const render = makeRender('https://developer.4me.example/v1');

test.each<[RefusalCode, number, object]>([
  ['bad_request', 400, { message: 'why' }],
  ['unsupported_media_type', 400, { message: 'why' }],
  ['unauthenticated', 401, { message: 'Unauthorized' }],
  ['forbidden', 403, { message: 'Forbidden' }],
  ['not_found', 404, { message: 'Not Found' }],
  ['method_not_allowed', 404, { message: 'Not Found' }],
  ['payload_too_large', 413, { message: 'why' }],
  ['conflict', 422, { message: 'Validation Failed', errors: [['base', 'why']] }],
  [
    'too_many_requests',
    429,
    {
      message: 'Too Many Requests',
      documentation_url: 'https://developer.4me.example/v1/#rate-limiting',
    },
  ],
  ['storage_full', 503, { message: 'Service Unavailable' }],
  ['unavailable', 503, { message: 'Service Unavailable' }],
])('%s is %i', (code, status, body) => {
  expect(render({ kind: 'refusal', refusal: new Refusal(code, 'why') }, 'req_1')).toMatchObject({
    status,
    contentType: 'application/json; charset=utf-8',
    body,
  });
});

test('a fault of ours is 500 and tells nothing of it', () => {
  const { status, body } = render({ kind: 'fault' }, 'req_1');
  expect({ status, body }).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
});
