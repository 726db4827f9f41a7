import { describe, expect, test } from 'vitest';
import { makeCertificate } from '../../test/receivers/certificate.ts';
import { startDns } from '../../test/receivers/dns.ts';
import { answering, startCanary, startTls } from '../../test/receivers/raw.ts';
import { startReceiver } from '../../test/receivers/receiver.ts';
import type { Recorded } from '../../test/receivers/receiver.ts';
import { networks, testSender } from '../../test/receivers/sender.ts';

const statuses = [301, 302, 303, 307, 308];

/** A receiver that sends each request on, as its path says: `/STATUS/LOCATION`. */
function redirecting() {
  return startReceiver(({ url }) => {
    const [, status, location] = /^\/(\d+)\/(.*)$/.exec(url) ?? [];
    return status === undefined
      ? {}
      : { status: Number(status), headers: { location: decodeURIComponent(location!) } };
  });
}

test.each(statuses)(
  'DLV-08: a %i is a failure, its Location is kept as text, and nobody goes there',
  async (status) => {
    await using canary = await startCanary();
    await using receiver = await startReceiver(() => ({
      status,
      headers: { location: `${canary.url}/there` },
    }));
    await using sender = testSender();
    expect(await sender.post(receiver.url)).toMatchObject({
      outcome: { kind: 'failure', status },
      response: { headers: { location: `${canary.url}/there` } },
    });
    expect(canary.connections).toBe(0);
  },
);

test('DLV-08: Refresh and HTML lead nowhere', async () => {
  await using canary = await startCanary();
  const body = `<meta http-equiv="refresh" content="0;url=${canary.url}">`;
  await using receiver = await startReceiver(() => ({ headers: { refresh: `0;url=${canary.url}` }, body }));
  await using sender = testSender();
  expect(await sender.post(receiver.url, { redirectsMax: 5 })).toMatchObject({
    outcome: { kind: 'success' },
  });
  expect(canary.connections).toBe(0);
});

describe('where a profile follows redirects', () => {
  const headers = { Authorization: 'Basic eA==', 'X-Signature': 's', 'Content-Type': 'application/json' };
  const sent = ({ method, body, headers: got }: Recorded) => [method, body.toString(), got['x-signature']];

  test.each(statuses)('a %i is followed with method, headers and body kept', async (status) => {
    await using receiver = await redirecting();
    await using sender = testSender();
    const exchange = await sender.post(`${receiver.url}/${status}/%2Fthere%3Fa=1`, {
      redirectsMax: 5,
      headers,
    });
    expect(exchange).toMatchObject({ outcome: { kind: 'success', status: 200 } });
    expect(receiver.requests.map(({ url }) => url)).toEqual([`/${status}/%2Fthere%3Fa=1`, '/there?a=1']);
    for (const request of receiver.requests) expect(sent(request)).toEqual(['POST', '{"n":1}', 's']);
    expect(receiver.requests[1]!.headers.authorization).toBe('Basic eA==');
  });

  test.each([300, 304, 305, 306])('a %i is not', async (status) => {
    await using receiver = await redirecting();
    await using sender = testSender();
    const exchange = await sender.post(`${receiver.url}/${status}/%2Fthere`, { redirectsMax: 5 });
    expect(exchange.outcome).toEqual({ kind: 'failure', status });
    expect(receiver.requests).toHaveLength(1);
  });

  test('credentials do not go to another origin', async () => {
    await using other = await startReceiver();
    await using receiver = await redirecting();
    await using sender = testSender();
    const lowerCase = { authorization: 'Basic eA==', 'X-Signature': 's' };
    for (const given of [headers, lowerCase]) {
      const url = `${receiver.url}/302/${encodeURIComponent(other.url)}`;
      expect(await sender.post(url, { redirectsMax: 1, headers: given })).toMatchObject({
        outcome: { kind: 'success' },
      });
    }
    expect(other.requests).toHaveLength(2);
    for (const request of other.requests) {
      expect(request.headers).toMatchObject({ 'x-signature': 's', host: `127.0.0.1:${other.port}` });
      expect(request.headers).not.toHaveProperty('authorization');
    }
  });

  test('only so many are followed; the one too many is the answer', async () => {
    await using receiver = await startReceiver(() => ({ status: 302, headers: { location: '/again' } }));
    await using sender = testSender();
    const exchange = await sender.post(receiver.url, { redirectsMax: 5 });
    expect(exchange).toMatchObject({
      outcome: { kind: 'failure', status: 302 },
      response: { status: 302 },
    });
    expect(receiver.requests).toHaveLength(6);
  });

  test('one deadline covers every hop', async () => {
    await using receiver = await startReceiver(async ({ url }) => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      return { status: 302, headers: { location: `${url}x` } };
    });
    await using sender = testSender();
    const exchange = await sender.post(receiver.url, { redirectsMax: 1_000, timeoutMs: 500 });
    expect(exchange.outcome).toMatchObject({ kind: 'error', reason: 'timeout_headers' });
  });

  test('SSR-01: every hop is judged', async () => {
    await using canary = await startCanary('127.0.0.2');
    await using dns = await startDns({ 'inner.example.com': { a: ['127.0.0.2'] } });
    await using receiver = await redirecting();
    await using sender = testSender({ cidrs: networks('127.0.0.1/32'), dnsServers: [dns.address] });
    const hops = [
      canary.url,
      `http://2130706434:${canary.port}`,
      `http://inner.example.com:${canary.port}`,
      'http://localhost/',
    ];
    for (const hop of [
      ...hops,
      'http://[::1]/',
      'http://169.254.169.254/latest',
      '//127.0.0.2/',
      'http://x.internal/',
    ]) {
      const exchange = await sender.post(`${receiver.url}/307/${encodeURIComponent(hop)}`, {
        redirectsMax: 5,
      });
      expect({ hop, ...exchange }).toMatchObject({
        hop,
        outcome: { kind: 'error', reason: 'target_not_allowed' },
      });
    }
    expect(canary.connections).toBe(0);
  });

  test.each([
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'http://user:pw@127.0.0.1/',
    'javascript:1',
    '/a%00b',
  ])('a hop to %s is refused', async (hop) => {
    await using receiver = await redirecting();
    await using sender = testSender();
    const exchange = await sender.post(`${receiver.url}/307/${encodeURIComponent(hop)}`, { redirectsMax: 5 });
    expect(exchange.outcome).toMatchObject({ kind: 'error', reason: 'redirect_refused' });
    expect(receiver.requests).toHaveLength(1);
  });

  test.each(['http://', 'https://['])('a Location %j that leads nowhere is the answer', async (location) => {
    await using receiver = await startReceiver(() => ({ status: 302, headers: { location } }));
    await using sender = testSender();
    const exchange = await sender.post(`${receiver.url}/x`, { redirectsMax: 1 });
    expect(exchange.outcome).toEqual({ kind: 'failure', status: 302 });
  });

  test('none leads from https to http', async () => {
    const authority = makeCertificate({ name: 'Test Authority', authority: true });
    const certificate = makeCertificate({ name: '127.0.0.1', issuer: authority });
    await using canary = await startCanary();
    const answer = `HTTP/1.1 302 Found\r\nLocation: ${canary.url}/\r\nContent-Length: 0\r\n\r\n`;
    await using receiver = await startTls(certificate, answering(answer));
    await using sender = testSender({}, { authorities: [authority.cert] });
    const exchange = await sender.post(receiver.url, { redirectsMax: 5 });
    expect(exchange.outcome).toMatchObject({ kind: 'error', reason: 'redirect_refused' });
    expect(canary.connections).toBe(0);
  });
});
