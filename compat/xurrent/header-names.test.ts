// The names of headers as they stand on the wire: in lower case, on every answer of the dialect (specification §2.3).

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Posthorn } from '../../server/test/process/posthorn.ts';
import { account, createWebhook, startAccount } from './given.ts';

let posthorn: Posthorn;
beforeAll(async () => {
  posthorn = await startAccount({ POSTHORN_XURRENT_REQUESTS_PER_HOUR: '1000' });
  await createWebhook(posthorn, { event: 'task.update', uri: 'https://hooks.example.net/', disabled: true });
});
afterAll(() => posthorn?.[Symbol.asyncDispose]());

/** All that comes back for requests on one connection, which the last of them ends. */
async function answersTo(...requests: readonly (readonly string[])[]): Promise<string> {
  const socket = connect(posthorn.port, '127.0.0.1');
  const heads = requests.map((lines, index) => [
    ...lines,
    `Host: 127.0.0.1:${posthorn.port}`,
    ...(index === requests.length - 1 ? ['Connection: close'] : []),
  ]);
  socket.write(heads.map((lines) => `${lines.join('\r\n')}\r\n\r\n`).join(''));
  return text(socket);
}

const authorized = () => [`Authorization: Bearer ${posthorn.token}`, `X-Xurrent-Account: ${account}`];

test.each([
  ['GET /v1', 200],
  ['GET /v1/webhooks', 200],
  ['GET /v1/webhooks/1', 200],
  ['PATCH /v1/webhooks/1', 200],
  ['POST /v1/webhooks/1/test', 204],
  ['POST /v1/webhooks', 422],
  ['GET /v1/webhooks/99', 404],
  ['GET /v1/nothing', 404],
  ['POST /token', 400],
  ['GET /webhooks/1/verify?code=x', 401],
  ['GET /webhook_policies/x/jwks', 404],
])(
  '%s writes them in lower case, and keeps or ends the connection as it was asked',
  async (target, status) => {
    const request = [`${target} HTTP/1.1`, 'Content-Length: 0', ...authorized()];
    const answers = (await answersTo(request, request)).split(/(?=HTTP\/1\.1 \d{3} )/);
    expect(answers).toHaveLength(2);
    for (const [index, answer] of answers.entries()) {
      const [statusLine = '', ...lines] = answer.split('\r\n\r\n')[0]!.split('\r\n');
      expect(statusLine).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s, 2) as [string, string]));
      expect(Object.keys(headers).filter((name) => name !== name.toLowerCase())).toEqual([]);
      expect(new Set(Object.keys(headers)).size).toBe(lines.length);
      expect(Date.parse(headers['date']!)).not.toBeNaN();
      expect(headers['connection']).toBe(index === 0 ? 'keep-alive' : 'close');
      expect(headers['keep-alive']).toBe(index === 0 ? 'timeout=65' : undefined);
    }
  },
);

test('a token as the user name of Basic is refused where the operator switched that off', async () => {
  await using strict = await startAccount({ POSTHORN_XURRENT_BASIC_AUTH: 'false' });
  const status = async (authorization: string) =>
    (await fetch(`${strict.url}/v1/webhooks`, { headers: { authorization } })).status;
  expect(await status(`Basic ${btoa(`${strict.token}:x`)}`)).toBe(401);
  expect(await status(`Bearer ${strict.token}`)).toBe(200);
});
