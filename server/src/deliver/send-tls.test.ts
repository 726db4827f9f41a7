import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { TlsOptions, TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate } from '../../test/receivers/certificate.ts';
import type { Certificate } from '../../test/receivers/certificate.ts';
import { startDns } from '../../test/receivers/dns.ts';
import type { DnsServer } from '../../test/receivers/dns.ts';
import { answering, onRequest, startRaw, startTls } from '../../test/receivers/raw.ts';
import { testSender } from '../../test/receivers/sender.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const host = 'hooks.example.com';
const dayMs = 86_400_000;
const longAgo = new Date(Date.now() - 20 * dayMs);
const soon = new Date(Date.now() + 20 * dayMs);

let authority: Certificate;
let good: Certificate;
let dns: DnsServer;

beforeAll(async () => {
  authority = makeCertificate({ name: 'Test Authority', authority: true });
  good = makeCertificate({ name: host, issuer: authority });
  dns = await startDns(() => ({ a: ['127.0.0.1'] }));
});

afterAll(() => dns.close());

function sender() {
  return testSender({ dnsServers: [dns.address] }, { authorities: [authority.cert] });
}

/** Posts to a TLS receiver by a name that resolves to it. */
async function against(
  options: TlsOptions,
  more: { readonly name?: string; readonly tlsVerify?: boolean } = {},
) {
  await using receiver = await startTls(options, answering(ok));
  await using sending = sender();
  const exchange = await sending.post(`https://${more.name ?? host}:${receiver.port}/x`, {
    tlsVerify: more.tlsVerify ?? true,
    headers: { 'X-Canary': 'in the clear' },
  });
  return { ...exchange, received: receiver.received.toString() };
}

test('SSR-27: the dialled address is checked against the name: SNI, Host and certificate are the name', async () => {
  let seen: { servername?: string; alpn?: string | false | null } = {};
  await using receiver = await startTls({ ...good, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
    const { servername, alpnProtocol } = socket as TLSSocket & { servername: string };
    seen = { servername, alpn: alpnProtocol };
    onRequest(socket, () => socket.write(ok));
  });
  await using sending = sender();
  const { outcome, timing } = await sending.post(`https://${host}:${receiver.port}/x`);
  expect(outcome).toEqual({ kind: 'success', status: 200 });
  expect(seen).toEqual({ servername: host, alpn: 'http/1.1' });
  expect(receiver.received.toString()).toContain(`host: ${host}:${receiver.port}\r\n`);
  expect(Object.keys(timing)).toEqual(['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs']);
  const { dnsMs = 0, connectMs = 0, tlsMs = 0, firstByteMs = 0 } = timing;
  expect([dnsMs, connectMs, tlsMs, firstByteMs]).toEqual(
    [dnsMs, connectMs, tlsMs, firstByteMs].toSorted((a, b) => a - b),
  );
});

test('SSR-27: a name that the certificate does not have is tls_hostname', async () => {
  const { outcome, received } = await against(good, { name: 'other.example.com' });
  expect(outcome).toMatchObject({ kind: 'error', reason: 'tls_hostname' });
  expect(received).toBe('');
});

test('an address in the URL is checked against the addresses of the certificate', async () => {
  const certificate = makeCertificate({ name: '127.0.0.1', issuer: authority });
  await using receiver = await startTls(certificate, answering(ok));
  await using wrong = await startTls(good, answering(ok));
  await using sending = sender();
  expect(await sending.post(receiver.url)).toMatchObject({ outcome: { kind: 'success' } });
  expect(await sending.post(wrong.url)).toMatchObject({ outcome: { reason: 'tls_hostname' } });
});

describe('HOS-17: a receiver that can not be trusted gets nothing, in the clear or otherwise', () => {
  const stranger = makeCertificate({ name: 'Stranger', authority: true });
  const cases: [string, string, () => TlsOptions][] = [
    [
      'an expired certificate',
      'tls_expired',
      () => issued({ notBefore: longAgo, notAfter: new Date(Date.now() - dayMs) }),
    ],
    ['a certificate of the future', 'tls_expired', () => issued({ notBefore: soon })],
    ['a self-signed certificate', 'tls_untrusted', () => makeCertificate({ name: host })],
    ['an unknown authority', 'tls_untrusted', () => makeCertificate({ name: host, issuer: stranger })],
    [
      'an unknown authority, sent along',
      'tls_untrusted',
      () => withChain(makeCertificate({ name: host, issuer: stranger }), stranger),
    ],
    [
      'a certificate used as authority',
      'tls_untrusted',
      () => withChain(makeCertificate({ name: host, issuer: good }), good),
    ],
    ['TLS 1.0 only', 'tls_protocol', () => old('TLSv1')],
    ['TLS 1.1 only', 'tls_protocol', () => old('TLSv1.1')],
    ['a weak RSA key', 'tls_protocol', () => weak(issued({ rsaBits: 1_024 }))],
    ['a SHA-1 signature', 'tls_protocol', () => weak(issued({ hash: 'sha1' }))],
  ];

  function issued(options: Omit<Parameters<typeof makeCertificate>[0], 'name' | 'issuer'>): Certificate {
    return makeCertificate({ name: host, issuer: authority, ...options });
  }
  function withChain(leaf: Certificate, issuer: Certificate): TlsOptions {
    return { key: leaf.key, cert: leaf.cert + issuer.cert };
  }
  /** What the server's own OpenSSL would refuse to serve is allowed to it. */
  function weak(options: TlsOptions): TlsOptions {
    return { ...options, ciphers: 'DEFAULT@SECLEVEL=0' };
  }
  function old(version: 'TLSv1' | 'TLSv1.1'): TlsOptions {
    return weak({ ...good, minVersion: version, maxVersion: version });
  }

  test.each(cases)('%s is %s', async (_, reason, options) => {
    const { outcome, response, received } = await against(options());
    expect(outcome).toMatchObject({
      kind: 'error',
      reason,
      detail: expect.stringMatching(/[Cc]ertificate|TLS/),
    });
    expect(response).toBeNull();
    expect(received).not.toContain('clear');
  });

  test('plain HTTP where TLS is expected', async () => {
    await using receiver = await startRaw((socket) => socket.on('data', () => socket.end(ok)));
    await using sending = sender();
    const { outcome } = await sending.post(`https://${host}:${receiver.port}/`);
    expect(outcome).toMatchObject({ kind: 'error', reason: 'tls_protocol' });
    expect(receiver.received.toString()).not.toContain('POST');
  });

  test('TLS where plain HTTP is expected', async () => {
    await using receiver = await startTls(good, answering(ok));
    await using sending = sender();
    const { outcome } = await sending.post(`http://${host}:${receiver.port}/`);
    expect(outcome).toMatchObject({
      kind: 'error',
      reason: expect.stringMatching(/bad_response|connection_lost/),
    });
  });

  test('a receiver that wants a client certificate', async () => {
    const { outcome } = await against({ ...good, requestCert: true, rejectUnauthorized: true });
    expect(outcome).toMatchObject({ kind: 'error', reason: 'tls_protocol' });
  });

  test('a receiver that closes within the handshake', async () => {
    await using receiver = await startRaw((socket) => socket.once('data', () => socket.destroy()));
    await using sending = sender();
    const { outcome } = await sending.post(`https://${host}:${receiver.port}/`);
    expect(outcome).toMatchObject({ kind: 'error', reason: 'tls_protocol' });
  });

  test('only a webhook whose verification is off reaches it, and not where the operator says always', async () => {
    const certificate = makeCertificate({
      name: 'other.example.com',
      issuer: stranger,
    });
    expect((await against(certificate, { tlsVerify: false })).outcome).toEqual({
      kind: 'success',
      status: 200,
    });
    await using receiver = await startTls(certificate, answering(ok));
    await using sending = sender();
    sending.change({ tlsVerify: 'always' });
    const { outcome } = await sending.post(`https://${host}:${receiver.port}/`, { tlsVerify: false });
    expect(outcome).toMatchObject({ kind: 'error', reason: 'tls_untrusted' });
  });

  test('TLS 1.0 and 1.1 are refused with verification off, too', async () => {
    expect(await against(old('TLSv1.1'), { tlsVerify: false })).toMatchObject({
      outcome: { reason: 'tls_protocol' },
    });
  });
});

test('HOS-10: a handshake that stalls after ServerHello is cut at the deadline', async () => {
  await using receiver = await startTls({ ...good, maxVersion: 'TLSv1.2' }, answering(ok));
  await using stalling = await startRaw((socket) => {
    const inner = connect(receiver.port, '127.0.0.1');
    inner.on('error', () => undefined);
    inner.once('data', (hello: Buffer) => socket.write(hello.subarray(0, 90)));
    socket.pipe(inner);
  });
  await using sending = sender();
  const url = `https://${host}:${stalling.port}/`;
  expect(await sending.post(url, { timeoutMs: 500 })).toMatchObject({
    outcome: { kind: 'error', reason: 'timeout_tls' },
    timing: { connectMs: expect.any(Number) },
  });
  await expect.poll(() => stalling.closed).toBe(1);
});

test('HOS-10: a receiver that renegotiates without end gets no handshake out of us', async () => {
  let renegotiated = 0;
  await using receiver = await startTls({ ...good, maxVersion: 'TLSv1.2' }, (socket) => {
    const again = (): void => {
      (socket as TLSSocket).renegotiate({ rejectUnauthorized: false }, (error) => {
        if (error !== null) return;
        renegotiated++;
        again();
      });
    };
    socket.once('data', again);
  });
  await using sending = sender();
  const { outcome } = await sending.post(`https://${host}:${receiver.port}/`, { timeoutMs: 1_000 });
  expect(outcome).toMatchObject({
    kind: 'error',
    reason: expect.stringMatching(/lost|tls_protocol|timeout/),
  });
  expect(renegotiated).toBe(0);
});

test('a later connection of the same tenant resumes the session, another tenant never does', async () => {
  const resumed: boolean[] = [];
  await using receiver = await startTls({ ...good, maxVersion: 'TLSv1.2' }, (socket) => {
    resumed.push((socket as TLSSocket).isSessionReused());
    onRequest(socket, () => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'));
  });
  await using sending = sender();
  const url = `https://${host}:${receiver.port}/`;
  await sending.post(url, { tenantId: 'tnt_a' });
  await sending.post(url, { tenantId: 'tnt_a' });
  await sending.post(url, { tenantId: 'tnt_b' });
  await sending.post(url, { tenantId: 'tnt_a', tlsVerify: false });
  expect(resumed).toEqual([false, true, false, false]);
});

test('HOS-18: a thousand deliveries to a wrong certificate leave no memory behind (CVE-2025-47279)', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await using receiver = await startTls(makeCertificate({ name: host }), answering(ok));
  await using sending = sender();
  const url = `https://${host}:${receiver.port}/`;
  async function heapAfter(count: number): Promise<number> {
    for (let done = 0; done < count; done += 20) {
      const exchanges = await Promise.all(Array.from({ length: 20 }, () => sending.post(url)));
      for (const { outcome } of exchanges) expect(outcome).toMatchObject({ reason: 'tls_untrusted' });
    }
    await expect.poll(() => receiver.connections - receiver.closed).toBe(0);
    collect();
    return process.memoryUsage().heapUsed + process.memoryUsage().external;
  }
  const before = await heapAfter(300);
  const after = await heapAfter(700);
  expect((after - before) / 700, 'bytes left behind by each').toBeLessThan(2_000);
}, 120_000);
