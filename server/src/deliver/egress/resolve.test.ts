import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startDns } from '../../../test/receivers/dns.ts';
import { startReceiver } from '../../../test/receivers/receiver.ts';
import { movableClock, testSender } from '../../../test/receivers/sender.ts';
import { steadyClock } from '../../clock.ts';
import type { Exchange } from '../../domain/exchange.ts';
import { makeResolve } from './resolve.ts';

const failure = (reason: string, kind = 'error') =>
  expect.objectContaining({ outcome: expect.objectContaining({ kind, reason }) });

test('every A record comes first, then every AAAA record', async () => {
  await using dns = await startDns({ 'a.example': { a: ['8.8.8.8', '8.8.4.4'], aaaa: ['2600::1'] } });
  const resolve = makeResolve(steadyClock());
  expect(await resolve('a.example', [dns.address])).toEqual(
    expect.arrayContaining(['8.8.8.8', '8.8.4.4', '2600::1']),
  );
  expect((await resolve('a.example', [dns.address])).at(-1)).toBe('2600::1');
});

test.each([
  ['nowhere.example', undefined, 'dns_not_found'],
  ['empty.example', {}, 'dns_not_found'],
  ['servfail.example', { rcode: 2 }, 'dns_failed'],
  ['refused.example', { rcode: 5 }, 'dns_failed'],
])('%s is an error of the name', async (name, zone, reason) => {
  await using dns = await startDns((asked) => (asked === name ? zone : undefined));
  await expect(makeResolve(steadyClock())(name, [dns.address])).rejects.toEqual(failure(reason));
});

test('one family is enough', async () => {
  await using dns = await startDns({
    'four.example': { a: ['8.8.8.8'] },
    'six.example': { aaaa: ['2600::1'] },
    'half.example': { a: ['8.8.8.8'], silentAaaa: true },
  });
  const resolve = makeResolve(steadyClock());
  expect(await resolve('four.example', [dns.address])).toEqual(['8.8.8.8']);
  expect(await resolve('six.example', [dns.address])).toEqual(['2600::1']);
  expect(await resolve('half.example', [dns.address])).toEqual(['8.8.8.8']);
});

test.each([
  ['2^31', 2 ** 31, 60],
  ['an hour', 3_600, 60],
  ['0', 0, 5],
  ['20 s', 20, 20],
])('SSR-24: an answer with a TTL of %s is kept', async (_, ttl, keptSeconds) => {
  await using dns = await startDns({ 'a.example': { a: ['8.8.8.8'], ttl } });
  const clock = movableClock();
  const resolve = makeResolve(clock);
  await resolve('a.example', [dns.address]);
  clock.ahead((keptSeconds - 2) * 1_000);
  await resolve('a.example', [dns.address]);
  expect(dns.queries).toEqual(['A a.example', 'AAAA a.example']);
  clock.ahead(4_000);
  dns.answerWith({ 'a.example': { a: ['9.9.9.9'] } });
  expect(await resolve('a.example', [dns.address])).toEqual(['9.9.9.9']);
});

test('SSR-24: a thousand addresses, over TCP since they do not fit, are all seen and not kept', async () => {
  const a = Array.from({ length: 1_000 }, (_, at) => `8.8.${at >> 8}.${at & 255}`);
  await using dns = await startDns({ 'large.example': { a } });
  const resolve = makeResolve(steadyClock());
  expect((await resolve('large.example', [dns.address])).toSorted()).toEqual(a.toSorted());
  const asked = dns.queries.length;
  await resolve('large.example', [dns.address]);
  expect(dns.queries.length).toBe(asked * 2);
});

test('SSR-24: a truncated answer is asked for again over TCP', async () => {
  await using dns = await startDns({ 'cut.example': { a: ['8.8.8.8'], truncated: true } });
  expect(await makeResolve(steadyClock())('cut.example', [dns.address])).toEqual(['8.8.8.8']);
});

test('lookups of one name at the same time are one query', async () => {
  await using dns = await startDns({ 'a.example': { a: ['8.8.8.8'], delayMs: 50 } });
  const resolve = makeResolve(steadyClock());
  await Promise.all(Array.from({ length: 50 }, () => resolve('a.example', [dns.address])));
  expect(dns.queries).toEqual(['A a.example', 'AAAA a.example']);
});

test('other servers are asked at once when the setting changes', async () => {
  await using one = await startDns({ 'a.example': { a: ['8.8.8.8'] } });
  await using two = await startDns({ 'a.example': { a: ['9.9.9.9'] } });
  const resolve = makeResolve(steadyClock());
  expect(await resolve('a.example', [one.address])).toEqual(['8.8.8.8']);
  expect(await resolve('a.example', [two.address])).toEqual(['9.9.9.9']);
});

test('RTY-08: no answer to anything is the fault of the platform, no answer for one name is that of the name', async () => {
  await using dns = await startDns(() => ({ silent: true }));
  const resolve = makeResolve(steadyClock());
  await expect(resolve('a.example', [dns.address])).rejects.toEqual(failure('resolver_down', 'platform'));
  dns.answerWith((name) => (name === '' ? {} : { silent: true }));
  await expect(resolve('a.example', [dns.address])).rejects.toEqual(failure('dns_timeout'));
  await expect(resolve('a.example', ['127.0.0.1:1'])).rejects.toEqual(failure('resolver_down', 'platform'));
});

test('RTY-08: a delivery while the resolver is down has a platform outcome, and works once it is back', async () => {
  await using dns = await startDns(() => ({ silent: true }));
  await using receiver = await startReceiver();
  await using sender = testSender({ dnsServers: [dns.address] });
  const url = `http://hooks.example.com:${receiver.port}/`;
  expect((await sender.post(url)).outcome).toEqual({
    kind: 'platform',
    reason: 'resolver_down',
    detail: 'No DNS server of this installation answers (DNS_SERVERS)',
  });
  dns.answerWith(() => ({ a: ['127.0.0.1'] }));
  expect(await sender.post(url)).toMatchObject({ outcome: { kind: 'success' } });
});

test('SSR-23: five hundred names of a silent server hold up neither another tenant nor files', async () => {
  const silent = (name: string) => name.startsWith('slow');
  await using dns = await startDns((name) =>
    silent(name) ? { silent: true } : name === '' ? {} : { a: ['127.0.0.1'] },
  );
  await using receiver = await startReceiver();
  await using sender = testSender({ dnsServers: [dns.address] });
  const slow: Promise<Exchange>[] = [];
  let ended = 0;
  while (slow.length < 500) {
    const exchange = sender.post(`http://slow${slow.length}.example.com:1/`, { tenantId: 'tnt_a' });
    slow.push(exchange.finally(() => ended++));
    // The scripted server shares our thread and its buffer is small: let it read what came.
    if (slow.length % 25 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const fast = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      await readFile(import.meta.filename);
      return sender.post(`http://fast${at}.example.com:${receiver.port}/`, { tenantId: 'tnt_b' });
    }),
  );
  expect(fast.filter(({ outcome }) => outcome.kind !== 'success')).toEqual([]);
  expect(ended, 'of tenant A, most are still waiting when all of tenant B are served').toBeLessThan(250);
  for (const { outcome, durationMs } of await Promise.all(slow)) {
    expect(outcome).toMatchObject({ kind: 'error', reason: 'dns_timeout' });
    expect(durationMs, 'a guard with room: the lookup itself ends after 2 s').toBeLessThan(20_000);
  }
});
