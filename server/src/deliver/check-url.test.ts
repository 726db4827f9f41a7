import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificate, type Certificate } from '../../test/receivers/certificate.ts';
import { startDns, type DnsServer } from '../../test/receivers/dns.ts';
import { answering, onRequest, startTls } from '../../test/receivers/raw.ts';
import { startReceiver } from '../../test/receivers/receiver.ts';
import { networks, testSender } from '../../test/receivers/sender.ts';
import { administratorOf } from '../../test/dialect-server.ts';
import { closedPolicy, type EgressPolicy } from './egress/policy.ts';
import { makeJudgeTarget } from './egress/target-rules.ts';
import { makeCheckUrl, type UrlAsked } from './check-url.ts';

const host = 'hooks.example.com';
const open = { cidrs: networks('127.0.0.0/8'), http: true };

let authority: Certificate;
let dns: DnsServer;

beforeAll(async () => {
  authority = makeCertificate({ name: 'Test Authority', authority: true });
  dns = await startDns(() => ({ a: ['127.0.0.1'] }));
});
afterAll(() => dns.close());

/** Checks with the real send; `policy` replaces what is opened for these tests. */
async function check(url: string, more: Partial<UrlAsked> = {}, policy: Partial<EgressPolicy> = open) {
  const current = { ...closedPolicy, ...policy, dnsServers: [dns.address] };
  await using sender = testSender(current, { authorities: [authority.cert] });
  const checkUrl = makeCheckUrl({
    judgeTarget: makeJudgeTarget(() => current),
    send: (request, options) => sender.send(request, options, new AbortController().signal),
    version: '1.2.3',
  });
  const rules = { http: true, userinfo: true };
  return await checkUrl(administratorOf('tnt_a'), { url, rules, timeoutMs: 5_000, send: true, ...more });
}

test('a receiver is asked by one HEAD without body and credentials, and does what it does for no event', async () => {
  await using receiver = await startReceiver(() => ({ status: 405 }));
  const url = receiver.url.replace('//', '//user:hidden@');
  const { exchange } = await check(`${url}/hook?a=1`);
  expect(exchange?.outcome).toEqual({ kind: 'failure', status: 405 });
  const [{ method, url: path, headers, body }] = receiver.requests as [(typeof receiver.requests)[number]];
  expect([method, path, body.length]).toEqual(['HEAD', '/hook?a=1', 0]);
  expect(headers).toMatchObject({ 'user-agent': 'Posthorn/1.2.3' });
  expect(JSON.stringify(headers)).not.toMatch(/hidden|authorization/i);
});

test('addresses, certificate and the end of each phase are told', async () => {
  const notAfter = new Date('2031-02-03T04:05:06Z');
  const certificate = makeCertificate({ name: host, issuer: authority, notAfter });
  await using receiver = await startTls(certificate, answering('HTTP/1.1 204 No Content\r\n\r\n'));
  const { exchange } = await check(`https://${host}:${receiver.port}/`);
  expect(exchange).toMatchObject({
    outcome: { kind: 'success', status: 204 },
    found: {
      addresses: ['127.0.0.1'],
      tls: {
        protocol: 'TLSv1.3',
        issuer: 'CN=Test Authority',
        subject: `CN=${host}`,
        validTo: notAfter.getTime(),
      },
    },
  });
  expect(Object.keys(exchange!.timing)).toEqual(['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs']);
});

test('a bad certificate is refused as ever, nothing is sent over it, and it is told what it says', async () => {
  const expired = makeCertificate({
    name: host,
    issuer: authority,
    notAfter: new Date('2020-01-01T00:00:00Z'),
  });
  await using receiver = await startTls(expired, answering('HTTP/1.1 200 OK\r\n\r\n'));
  const { exchange } = await check(`https://${host}:${receiver.port}/`);
  expect(exchange).toMatchObject({
    outcome: { kind: 'error', reason: 'tls_expired' },
    found: { tls: { subject: `CN=${host}`, validTo: Date.parse('2020-01-01T00:00:00Z') } },
  });
  expect(receiver.received.toString()).toBe('');
});

test('a connection is opened for each check, so that each tells of now', async () => {
  const certificate = makeCertificate({ name: host, issuer: authority });
  await using receiver = await startTls({ ...certificate }, (socket) =>
    onRequest(socket, () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')),
  );
  await using sender = testSender({ dnsServers: [dns.address] }, { authorities: [authority.cert] });
  const head = () =>
    sender.send(
      { method: 'HEAD', url: `https://${host}:${receiver.port}/`, headers: {}, body: new Uint8Array() },
      { tenantId: 'tnt_a', timeoutMs: 5_000, tlsVerify: true, redirectsMax: 0, inspects: true },
      new AbortController().signal,
    );
  await sender.post(`https://${host}:${receiver.port}/`);
  for (const { found } of [await head(), await head()]) {
    expect(found).toMatchObject({ addresses: ['127.0.0.1'], tls: { subject: `CN=${host}` } });
  }
  expect(receiver.connections).toBe(3);
});

test('of a target that is not allowed no address is told, though the name server told it', async () => {
  const { exchange } = await check(`https://${host}/`, {}, { cidrs: [] });
  expect(exchange).toMatchObject({
    outcome: { kind: 'error', reason: 'target_not_allowed' },
    found: { addresses: null, tls: null },
  });
  expect(JSON.stringify(exchange)).not.toContain('127.0.0.1');
});

test('a URL that breaks a rule, or that is only to be judged, is asked nothing', async () => {
  await using receiver = await startReceiver();
  expect(await check(receiver.url, { send: false })).toEqual({ problem: null, exchange: null });
  expect(await check('https://10.1.1.1/')).toMatchObject({
    problem: { rule: 'target_not_allowed' },
    exchange: null,
  });
  expect(receiver.connections).toBe(0);
});
