// `POST /token`: OAuth client credentials as the SDKs ask for them (specification §2.9).

import { expect, test } from 'vitest';
import { hourMs } from '../../domain/clock.ts';
import { startXurrent, type XurrentServer } from '../../../test/xurrent/xurrent-server.ts';

const form = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields).toString();
const formType = { 'content-type': 'application/x-www-form-urlencoded' };

async function granting(xurrent: XurrentServer): Promise<Record<string, string>> {
  const { clientId, clientSecret } = await xurrent.client();
  return { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
}

test.each([
  ['a form, as the .NET SDK sends it', (fields: Record<string, string>) => [form(fields), formType] as const],
  ['JSON, as the Node receiver does', (fields: Record<string, string>) => [fields, {}] as const],
  [
    'JSON under the type of a form',
    (fields: Record<string, string>) => [JSON.stringify(fields), formType] as const,
  ],
])('id and secret in %s get a token that works as the next Authorization', async (_, send) => {
  await using xurrent = await startXurrent();
  const [body, headers] = send(await granting(xurrent));
  const { status, body: granted, ...answer } = await xurrent.call('POST', '/token', body, headers);
  expect(status).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  expect(granted).toEqual({
    access_token: expect.any(String) as string,
    token_type: 'Bearer',
    expires_in: 3_600,
  });
  const next = {
    authorization: `${granted.token_type as string} ${granted.access_token as string}`,
    'x-xurrent-account': 'acme',
  };
  expect((await xurrent.call('GET', '/v1/webhooks', undefined, next)).status).toBe(200);
  await xurrent.clock.advance(hourMs);
  expect((await xurrent.call('GET', '/v1/webhooks', undefined, next)).status).toBe(401);
});

test.each([
  ['the wrong secret', { client_secret: 'wrong' }, 'invalid_client'],
  ['a client that is not there', { client_id: 'nobody' }, 'invalid_client'],
  ['no secret', { client_secret: undefined }, 'invalid_request'],
  ['no id', { client_id: undefined }, 'invalid_request'],
  ['no grant type', { grant_type: undefined }, 'invalid_request'],
  ['another grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
])('%s is 400 with the error of OAuth', async (_, change, error) => {
  await using xurrent = await startXurrent();
  const fields = { ...(await granting(xurrent)), ...change };
  const { status, body } = await xurrent.call('POST', '/token', fields, {});
  expect({ status, body }).toEqual({
    status: 400,
    body: { error, error_description: expect.stringMatching(/./) as string },
  });
});

test.each(['{"grant_type":', '[]'])(
  'a body that can not be read, %s, is an invalid_request',
  async (body) => {
    await using xurrent = await startXurrent();
    const answer = await xurrent.call('POST', '/token.json', body, { 'content-type': 'json' });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  },
);

test('credentials in the query string are refused, whatever the body says', async () => {
  await using xurrent = await startXurrent();
  const fields = await granting(xurrent);
  for (const body of [undefined, fields]) {
    const { status, body: refused } = await xurrent.call('POST', `/token?${form(fields)}`, body, {});
    expect({ status, error: refused.error }).toEqual({ status: 400, error: 'invalid_request' });
  }
});
