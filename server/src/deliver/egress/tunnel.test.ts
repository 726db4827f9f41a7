import { expect, test } from 'vitest';
import { makeCertificate } from '../../../test/receivers/certificate.ts';
import { startDns } from '../../../test/receivers/dns.ts';
import { startForwardProxy } from '../../../test/receivers/forward-proxy.ts';
import { answering, startCanary, startRaw, startTls } from '../../../test/receivers/raw.ts';
import { startReceiver } from '../../../test/receivers/receiver.ts';
import { networks, testSender } from '../../../test/receivers/sender.ts';
import type { EgressProxy } from './policy.ts';
import { parseProxy } from './policy-settings.ts';

function proxyAt(url: string): EgressProxy {
  const parsed = parseProxy(url);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

test('SSR-17: every request goes through the configured proxy, the name unresolved by us', async () => {
  await using receiver = await startReceiver();
  await using proxy = await startForwardProxy(receiver.port);
  const withUser = proxyAt(`http://ann:secret@127.0.0.1:${proxy.port}`);
  await using sender = testSender({ proxy: withUser, dnsServers: ['127.0.0.1:1'] });
  const names = ['NO_PROXY', 'no_proxy'];
  for (const name of names) process.env[name] = '*,hooks.example.com,.example.com';
  try {
    for (const url of ['http://hooks.example.com/a', 'http://8.8.8.8:8080/b', 'http://[2606:4700::1111]/c']) {
      expect(await sender.post(url)).toMatchObject({
        outcome: { kind: 'success' },
        timing: { connectMs: expect.any(Number) },
      });
    }
  } finally {
    for (const name of names) delete process.env[name];
  }
  const credentials = `Proxy-Authorization: Basic ${Buffer.from('ann:secret').toString('base64')}`;
  expect(proxy.asked).toEqual(
    ['hooks.example.com:80', '8.8.8.8:8080', '[2606:4700::1111]:80'].map(
      (authority) => `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n\r\n`,
    ),
  );
  expect(receiver.requests.map(({ headers }) => headers.host)).toEqual([
    'hooks.example.com',
    '8.8.8.8:8080',
    '[2606:4700::1111]',
  ]);
  expect(receiver.requests.some(({ headers }) => 'proxy-authorization' in headers)).toBe(false);
});

test('SSR-17: the target is judged by port, name and literal before the proxy hears of it', async () => {
  await using proxy = await startForwardProxy(1);
  await using sender = testSender({
    proxy: proxyAt(proxy.url),
    cidrs: networks('127.0.0.1/32'),
    ports: [{ from: 80, to: 80 }],
  });
  for (const url of [
    'http://10.0.0.1/',
    'http://localhost/',
    'http://x.internal/',
    'http://8.8.8.8:81/',
    'http://[::1]/',
  ]) {
    expect(await sender.post(url)).toMatchObject({ outcome: { reason: 'target_not_allowed' } });
  }
  expect(proxy.connections).toBe(0);
});

test("SSR-17: the proxy's own address is judged", async () => {
  await using dns = await startDns({ 'proxy.example.com': { a: ['127.0.0.1'] } });
  await using canary = await startCanary();
  for (const host of ['127.0.0.1', 'proxy.example.com']) {
    await using sender = testSender({
      proxy: proxyAt(`http://${host}:${canary.port}`),
      cidrs: [],
      dnsServers: [dns.address],
    });
    expect((await sender.post('http://8.8.8.8/')).outcome).toMatchObject({
      kind: 'platform',
      reason: 'egress_proxy_down',
    });
    expect(sender.signals).toMatchObject([{ kind: 'target.refused', address: '127.0.0.1' }]);
  }
  expect(canary.connections).toBe(0);
});

test('TLS runs end to end through the tunnel, and through a proxy that itself wants TLS', async () => {
  const authority = makeCertificate({ name: 'Test Authority', authority: true });
  const certificate = makeCertificate({ name: 'hooks.example.com', issuer: authority });
  await using receiver = await startTls(
    certificate,
    answering('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
  );
  await using plain = await startForwardProxy(receiver.port);
  await using secured = await startForwardProxy(
    receiver.port,
    makeCertificate({ name: '127.0.0.1', issuer: authority }),
  );
  for (const { url } of [plain, secured]) {
    await using sender = testSender({ proxy: proxyAt(url) }, { authorities: [authority.cert] });
    expect(await sender.post('https://hooks.example.com/')).toMatchObject({ outcome: { kind: 'success' } });
    expect(await sender.post('https://other.example.com/')).toMatchObject({
      outcome: { reason: 'tls_hostname' },
    });
  }
  await using untrusting = testSender({ proxy: proxyAt(secured.url) });
  expect((await untrusting.post('https://hooks.example.com/', { tlsVerify: false })).outcome).toMatchObject({
    kind: 'platform',
    reason: 'egress_proxy_down',
  });
});

test.each([
  ['HTTP/1.1 403 Forbidden\r\n\r\n', { kind: 'error', reason: 'target_not_allowed' }],
  ['HTTP/1.1 407 No\r\nX-Smokescreen-Error: denied\r\n\r\n', { kind: 'error', reason: 'target_not_allowed' }],
  ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', { kind: 'platform', reason: 'egress_proxy_down' }],
  ['HTTP/1.1 502 Bad Gateway\r\n\r\n', { kind: 'error', reason: 'connect_failed' }],
  ['HTTP/1.1 504 Gateway Timeout\r\n\r\n', { kind: 'error', reason: 'connect_timeout' }],
  ['HTTP/1.1 500 Oops\r\n\r\n', { kind: 'platform', reason: 'egress_proxy_down' }],
  ['SSH-2.0-OpenSSH\r\n\r\n', { kind: 'platform', reason: 'egress_proxy_down' }],
  ['x'.repeat(20_000), { kind: 'platform', reason: 'egress_proxy_down' }],
])('a proxy that answers %j', async (answer, outcome) => {
  await using proxy = await startForwardProxy(1);
  proxy.answerWith(answer);
  await using sender = testSender({ proxy: proxyAt(proxy.url) });
  const exchange = await sender.post('http://8.8.8.8/');
  expect(exchange.outcome).toMatchObject(outcome);
  expect(JSON.stringify(exchange)).not.toMatch(/127\.0|8\.8\.8\.8/);
  await expect.poll(() => proxy.closed).toBe(1);
});

test('RTY-08: a proxy that is down or silent is the fault of the platform', async () => {
  const down = await startCanary();
  await down.close();
  await using silent = await startRaw(() => undefined);
  await using closing = await startRaw((socket) => socket.end());
  for (const [url, timeoutMs] of [
    [down.url, 5_000],
    [silent.url, 400],
    [closing.url, 5_000],
  ] as const) {
    await using sender = testSender({ proxy: proxyAt(url) });
    const { outcome } = await sender.post('http://8.8.8.8/', { timeoutMs });
    expect(outcome).toMatchObject({ kind: 'platform', reason: 'egress_proxy_down' });
  }
  await expect.poll(() => silent.closed).toBe(1);
});
