// Receivers by others, by their rules, against a running Posthorn: verification while the request is open, events with
// every algorithm that they take, and a retry that they accept.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Posthorn } from '../../server/test/process/posthorn.ts';
import { startReceiver, type Receiver, type Recorded } from '../../server/test/receivers/receiver.ts';
import { until } from '../until.ts';
import { account, createWebhook, publish, requestChanged, rest, startAccount } from './given.ts';
import {
  confirm,
  expressReceiver,
  nodeReceiver,
  powershellReceiver,
  rubyReceiver,
  type Message,
  type Verdict,
} from './receivers.ts';

type Check = (request: Recorded) => Promise<Verdict>;

/** A receiver that judges each request, confirms before it answers, and refuses what its check refuses. */
async function judging(
  check: () => Check,
  fails: { left: number } = { left: 0 },
): Promise<Receiver & { readonly taken: Message[]; readonly refused: string[] }> {
  const [taken, refused]: [Message[], string[]] = [[], []];
  const receiver = await startReceiver(async (request) => {
    const verdict = await check()(request);
    if (!verdict.ok) {
      refused.push(verdict.why);
      return { status: 400 };
    }
    if (verdict.message.event === 'webhook.verify') {
      const status = await confirm(verdict.message);
      return { status: status === 200 ? 200 : 500 };
    }
    if (fails.left-- > 0) return { status: 500 };
    taken.push(verdict.message);
    return { status: 200 };
  });
  return Object.assign(receiver, { taken, refused });
}

async function isVerified(posthorn: Posthorn, id: number): Promise<void> {
  await until(
    () => rest(posthorn, 'GET', `/v1/webhooks/${id}`),
    ({ body }) => body.verified === true,
  );
}

/** A new webhook for the receiver is verified, and an event gets through to it. */
async function takesAnEvent(
  posthorn: Posthorn,
  receiver: Receiver & { readonly taken: Message[] },
  fields: Readonly<Record<string, unknown>> = {},
): Promise<number> {
  const { id } = await createWebhook(posthorn, {
    event: 'request.status-changed',
    uri: receiver.url,
    ...fields,
  });
  await isVerified(posthorn, id);
  await publish(posthorn, requestChanged);
  await until(
    async () => receiver.taken,
    (taken) => taken.length > 0,
  );
  return id;
}

describe.each([
  ['durable', 'offered'],
  ['faithful', 'required'],
])('in the %s profile, where verification is %s', (profile) => {
  let posthorn: Posthorn;
  beforeAll(async () => {
    posthorn = await startAccount({
      POSTHORN_DELIVERY_PROFILE: profile,
      POSTHORN_RETRY_SCHEDULE: '1s,1s,1s',
      POSTHORN_XURRENT_RETRY_SCHEDULE: '1s,1s,1s',
    });
  });
  afterAll(() => posthorn?.[Symbol.asyncDispose]());

  test.each(['rs256', 'es256', 'es384', 'es512'])(
    'the Node receiver verifies itself, takes an event signed with %s, and its retry after a 500',
    async (algorithm) => {
      let check: Check = async () => ({ ok: false, why: 'not ready' });
      await using receiver = await judging(() => check, { left: 1 });
      const { body: policy } = await rest(posthorn, 'POST', '/v1/webhook_policies', {
        jwt_alg: algorithm,
        jwt_audience: 'app builder',
      });
      check = nodeReceiver({
        algorithm: algorithm.toUpperCase(),
        publicKeyPem: policy.public_key_pem as string,
        issuer: posthorn.url,
        audience: 'app builder',
      });
      const id = await takesAnEvent(posthorn, receiver, { webhook_policy_id: policy.id as number });
      expect(receiver.refused).toEqual([]);
      expect(receiver.taken).toMatchObject([
        {
          webhook_id: id,
          account_id: account,
          event: 'request.status-changed',
          object_id: 70453,
          person_id: 6,
        },
      ]);
      const [first, second] = receiver.requests.slice(-2).map(({ headers }) => headers);
      expect(second!['x-4me-delivery-origin']).toBe(first!['x-4me-delivery']);
      expect(second!['x-4me-delivery']).not.toBe(first!['x-4me-delivery']);
      await rest(posthorn, 'DELETE', `/v1/webhooks/${id}`);
    },
  );

  test.each(
    ['rs256', 'es256', 'es384', 'es512'].flatMap((algorithm) => [
      [algorithm, 'by its PEM', false] as const,
      [algorithm, 'by discovery', true] as const,
    ]),
  )(
    'the Ruby receiver finds the key of %s %s, and takes a retry: fresh jti, fresh iat',
    async (algorithm, _, discovery) => {
      let check: Check = async () => ({ ok: false, why: 'not ready' });
      await using receiver = await judging(() => check, { left: 2 });
      const { body: policy } = await rest(posthorn, 'POST', '/v1/webhook_policies', { jwt_alg: algorithm });
      check = discovery
        ? rubyReceiver({ kind: 'discovery' }, `${posthorn.url}/webhook_policies/${policy.name as string}`)
        : rubyReceiver({ kind: 'pem', pem: policy.public_key_pem as string }, posthorn.url);
      const id = await takesAnEvent(posthorn, receiver, {
        webhook_policy_id: policy.id as number,
        openid_connect_discovery: discovery,
      });
      expect(receiver.refused).toEqual([]);
      expect(receiver.requests).toHaveLength(4);
      await rest(posthorn, 'DELETE', `/v1/webhooks/${id}`);
    },
  );

  test('the PowerShell function reads a token whose policy has an expiry', async () => {
    let check: Check = async () => ({ ok: false, why: 'not ready' });
    await using receiver = await judging(() => check);
    const { body: policy } = await rest(posthorn, 'POST', '/v1/webhook_policies', {
      jwt_alg: 'rs256',
      jwt_claim_expires_in: '0:05',
    });
    check = powershellReceiver(policy.public_key_pem as string);
    const id = await takesAnEvent(posthorn, receiver, {
      webhook_policy_id: policy.id as number,
    });
    expect(receiver.refused).toEqual([]);
    await rest(posthorn, 'DELETE', `/v1/webhooks/${id}`);
  });

  test('the Express bridge finds the request in the Link header of an unsigned delivery', async () => {
    const bridge = expressReceiver(posthorn.url);
    await using receiver = await judging(() => async ({ body }) => ({
      ok: true,
      message: JSON.parse(body.toString()) as Message,
    }));
    const id = await takesAnEvent(posthorn, receiver);
    expect(bridge(receiver.requests.at(-1)!)).toBe('70453');
    await rest(posthorn, 'DELETE', `/v1/webhooks/${id}`);
  });
});
