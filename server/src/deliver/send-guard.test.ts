import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { startDns } from '../../test/receivers/dns.ts';
import { startCanary, startRaw } from '../../test/receivers/raw.ts';
import { startReceiver } from '../../test/receivers/receiver.ts';
import { networks, testSender } from '../../test/receivers/sender.ts';

const notAllowed = {
  kind: 'error',
  reason: 'target_not_allowed',
  detail: 'The address guard does not allow this target',
};

const denied = `127.0.0.1 0.0.0.0 10.1.1.1 172.31.255.255 192.168.1.1 169.254.169.254 169.254.170.2 100.64.0.1
  100.100.100.200 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.9 224.0.0.1 240.0.0.1
  255.255.255.255 168.63.129.16 :: ::1 ::ffff:127.0.0.1 ::ffff:a9fe:a9fe ::7f00:1 ::127.0.0.1 ::ffff:0:7f00:1
  ::5efe:7f00:1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::7f00:1 2002:7f00:1::1 2001:0:7f00:1::1 2001:db8::1
  3fff::1 100::1 100:0:0:1::1 fc00::1 fd00:ec2::254 fe80::1 fe80::5efe:7f00:1 fec0::1 ff02::1 5f00::1 4000::1`.split(
  /\s+/,
);

test('SSR-01: every denied literal is refused at send, in any spelling, and the canary hears nothing', async () => {
  await using canary = await startCanary();
  await using sender = testSender({ cidrs: [] });
  const spellings = [
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '①②⑦.⓪.⓪.①',
    'localhost',
    'LOCALHOST.',
    '0',
  ];
  const hosts = [
    ...denied.map((address) => (address.includes(':') ? `[${address}]` : address)),
    ...spellings,
  ];
  for (const host of hosts) {
    const exchange = await sender.post(`http://${host}:${canary.port}/`);
    expect({ host, ...exchange }).toMatchObject({ host, outcome: notAllowed, response: null, timing: {} });
  }
  expect(canary.connections).toBe(0);
  expect(sender.signals).toHaveLength(hosts.length);
  expect(sender.signals[0]).toEqual({
    kind: 'target.refused',
    tenantId: expect.stringMatching(/^tnt_/),
    host: '127.0.0.1',
    address: '127.0.0.1',
    rule: '127.0.0.0/8: loopback',
  });
});

test('SSR-07: a public name with an internal address is never dialled', async () => {
  await using canary = await startCanary();
  await using dns = await startDns({ 'rebind.example.com': { a: ['127.0.0.1'] } });
  await using sender = testSender({ cidrs: [], dnsServers: [dns.address] });
  const { outcome } = await sender.post(`http://rebind.example.com:${canary.port}/`);
  expect(outcome).toEqual(notAllowed);
  expect(canary.connections).toBe(0);
  expect(sender.signals).toMatchObject([{ host: 'rebind.example.com', address: '127.0.0.1' }]);
});

describe('SSR-08: one denied address refuses the whole set', () => {
  const many = Array.from({ length: 16 }, (_, at) => `127.0.0.${at + 1}`);
  test.each([
    ['allowed first', ['127.0.0.1', '10.0.0.1']],
    ['denied first', ['10.0.0.1', '127.0.0.1']],
    ['the 17th', [...many, '10.0.0.1']],
    ['the 40th', [...many, ...many, ...many.slice(0, 7), '10.0.0.1']],
  ])('%s', async (_, a) => {
    await using canary = await startCanary();
    await using dns = await startDns({ 'mixed.example.com': { a } });
    await using sender = testSender({ dnsServers: [dns.address] });
    expect((await sender.post(`http://mixed.example.com:${canary.port}/`)).outcome).toEqual(notAllowed);
    expect(canary.connections).toBe(0);
  });

  test('in the other family', async () => {
    await using canary = await startCanary();
    await using dns = await startDns({ 'mixed.example.com': { a: ['127.0.0.1'], aaaa: ['fd00::1'] } });
    await using sender = testSender({ dnsServers: [dns.address] });
    expect((await sender.post(`http://mixed.example.com:${canary.port}/`)).outcome).toEqual(notAllowed);
    expect(canary.connections).toBe(0);
  });
});

test.each(['::ffff:127.0.0.1', '64:ff9b::a9fe:a9fe', '::7f00:1', '::1', 'fd00:ec2::254'])(
  'SSR-10: a name with only the AAAA record %s is refused',
  async (aaaa) => {
    await using canary = await startCanary();
    await using dns = await startDns({ 'six.example.com': { aaaa: [aaaa] } });
    await using sender = testSender({ cidrs: [], dnsServers: [dns.address] });
    expect((await sender.post(`http://six.example.com:${canary.port}/`)).outcome).toEqual(notAllowed);
    expect(canary.connections).toBe(0);
  },
);

test('SSR-11: a chain of aliases to an internal address is refused, and a loop is an error of the name', async () => {
  await using canary = await startCanary();
  const chain = Object.fromEntries(
    Array.from({ length: 8 }, (_, at) => [`c${at}.example.com`, { cname: `c${at + 1}.example.com` }]),
  );
  await using dns = await startDns({
    ...chain,
    'c8.example.com': { a: ['127.0.0.1'] },
    'loop.example.com': { cname: 'pool.example.com' },
    'pool.example.com': { cname: 'loop.example.com' },
  });
  await using sender = testSender({ cidrs: [], dnsServers: [dns.address] });
  expect((await sender.post(`http://c0.example.com:${canary.port}/`)).outcome).toEqual(notAllowed);
  expect((await sender.post(`http://loop.example.com:${canary.port}/`)).outcome).toMatchObject({
    kind: 'error',
    reason: expect.stringMatching(/^dns_/),
  });
  expect(canary.connections).toBe(0);
});

describe('SSR-18: no connection goes to Posthorn itself, even where its address is opened', () => {
  test.each(['127.0.0.1', '127.0.0.2', '127.255.255.254', '0.0.0.0', '[::1]', '[::ffff:127.0.0.1]'])(
    'its port at %s',
    async (host) => {
      await using canary = await startCanary();
      await using sender = testSender(
        { cidrs: networks('0.0.0.0/0,::/0') },
        { listening: { ports: [canary.port], publicHost: null } },
      );
      expect((await sender.post(`http://${host}:${canary.port}/`)).outcome).toEqual(notAllowed);
      expect(canary.connections).toBe(0);
      expect(sender.signals).toMatchObject([{ rule: 'own listener' }]);
    },
  );

  test('its port at every address of the machine, by name as well', async () => {
    const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const addresses = own.filter(({ scopeid = 0 }) => scopeid === 0).map(({ address }) => address);
    const v4 = addresses.filter((address) => !address.includes(':'));
    await using dns = await startDns({ 'me.example.com': { a: v4 } });
    await using sender = testSender(
      { cidrs: networks('0.0.0.0/0,::/0'), dnsServers: [dns.address] },
      { listening: { ports: [8480], publicHost: null } },
    );
    for (const address of addresses) {
      const host = address.includes(':') ? `[${address}]` : address;
      expect((await sender.post(`http://${host}:8480/`)).outcome).toEqual(notAllowed);
    }
    expect((await sender.post('http://me.example.com:8480/')).outcome).toEqual(notAllowed);
  });

  test('its public host and port', async () => {
    await using dns = await startDns({ 'posthorn.example.com': { a: ['127.0.0.1'] } });
    await using sender = testSender(
      { dnsServers: [dns.address] },
      { listening: { ports: [], publicHost: { host: 'posthorn.example.com', port: 443 } } },
    );
    expect((await sender.post('https://posthorn.example.com/')).outcome).toEqual(notAllowed);
    expect((await sender.post('https://POSTHORN.example.com.:443/')).outcome).toEqual(notAllowed);
    expect(dns.queries).toEqual([]);
  });

  test('another port of the machine is no self-connection', async () => {
    await using receiver = await startReceiver();
    await using sender = testSender({}, { listening: { ports: [receiver.port + 1], publicHost: null } });
    expect(await sender.post(receiver.url)).toMatchObject({ outcome: { kind: 'success' } });
  });
});

test('SSR-19: a network taken off the list is denied at the next delivery, on a warm connection as well', async () => {
  await using receiver = await startReceiver();
  await using dns = await startDns({ 'hooks.example.com': { a: ['127.0.0.1'] } });
  await using sender = testSender({ dnsServers: [dns.address] });
  const byName = `http://hooks.example.com:${receiver.port}/`;
  expect(await sender.post(receiver.url)).toMatchObject({ outcome: { kind: 'success' } });
  expect(await sender.post(byName)).toMatchObject({ outcome: { kind: 'success' } });

  sender.change({ cidrs: networks('127.0.0.2/32') });

  expect((await sender.post(receiver.url)).outcome).toEqual(notAllowed);
  expect((await sender.post(byName)).outcome).toEqual(notAllowed);
  expect(receiver.requests).toHaveLength(2);
  expect(
    dns.queries.filter((query) => query.startsWith('A ')),
    'the kept answer is judged again',
  ).toHaveLength(1);
});

test('SSR-15: a port that the operator does not list is refused at send', async () => {
  await using receiver = await startReceiver();
  await using sender = testSender({ ports: [{ from: 443, to: 443 }] });
  expect((await sender.post(receiver.url)).outcome).toEqual(notAllowed);
  sender.change({ ports: [{ from: receiver.port, to: receiver.port }] });
  expect(await sender.post(receiver.url)).toMatchObject({ outcome: { kind: 'success' } });
});

test('SSR-22: denied targets look alike to the tenant, whether open, closed or filtered', async () => {
  await using canary = await startCanary();
  const closed = await startCanary();
  await closed.close();
  await using dns = await startDns({ 'inner.example.com': { a: ['10.11.12.13'] } });
  await using sender = testSender({ cidrs: [], dnsServers: [dns.address] });
  const urls = [
    `http://127.0.0.1:${canary.port}/`,
    `http://127.0.0.1:${closed.port}/`,
    'http://10.11.12.13:81/',
  ];
  const seen = [];
  for (const url of [...urls, 'http://localhost/', 'http://db.internal/', 'http://169.254.169.254/latest']) {
    const { outcome, response, timing } = await sender.post(url);
    seen.push({ outcome, response, timing });
  }
  expect(new Set(seen.map((exchange) => JSON.stringify(exchange))).size).toBe(1);
  expect((await sender.post('http://inner.example.com/')).outcome).toEqual(notAllowed);
  expect(JSON.stringify(seen)).not.toMatch(/\d+\.\d+\.\d+\.\d+|127|loopback|private/);
  expect(sender.signals.map((signal) => signal.kind === 'target.refused' && signal.address)).toEqual([
    '127.0.0.1',
    '127.0.0.1',
    '10.11.12.13',
    null,
    null,
    '169.254.169.254',
    '10.11.12.13',
  ]);
});

test('SSR-26: a metadata address behind a name is refused, even where everything is opened', async () => {
  const zones = {
    'a.example.com': { a: ['169.254.169.254'] },
    'b.example.com': { aaaa: ['fd00:ec2::254'] },
    'c.example.com': { aaaa: ['::ffff:169.254.169.254'] },
    'd.example.com': { aaaa: ['64:ff9b::a9fe:a9fe'] },
  };
  await using dns = await startDns(zones);
  await using sender = testSender({ cidrs: networks('0.0.0.0/0,::/0'), dnsServers: [dns.address] });
  for (const name of Object.keys(zones)) {
    expect((await sender.post(`http://${name}:1/`)).outcome).toEqual(notAllowed);
  }
  expect(sender.signals).toMatchObject(Object.keys(zones).map(() => ({ rule: 'metadata service' })));
});

describe('internal names', () => {
  test('are used where the operator opened both the name and the address', async () => {
    await using receiver = await startReceiver();
    await using dns = await startDns({
      'hooks.internal': { a: ['127.0.0.1'] },
      receiver: { a: ['127.0.0.1'] },
    });
    await using sender = testSender({ dnsServers: [dns.address], names: ['.internal', 'receiver'] });
    for (const host of ['hooks.internal', 'receiver']) {
      expect(await sender.post(`http://${host}:${receiver.port}/`)).toMatchObject({
        outcome: { kind: 'success' },
      });
    }
    sender.change({ cidrs: [] });
    expect((await sender.post(`http://receiver:${receiver.port}/`)).outcome).toEqual(notAllowed);
  });

  test('reach no address that only the world could reach', async () => {
    await using dns = await startDns({ 'hooks.internal': { a: ['8.8.8.8'] } });
    await using sender = testSender({ dnsServers: [dns.address], names: ['.internal'] });
    expect((await sender.post('http://hooks.internal/')).outcome).toEqual(notAllowed);
  });
});

test('the next address is tried when one does not answer, and the connection is to the one that was judged', async () => {
  await using receiver = await startRaw((socket) => {
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'));
  }, '127.0.0.3');
  const a = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
  await using dns = await startDns({ 'three.example.com': { a, aaaa: ['::1'] } });
  await using sender = testSender({ dnsServers: [dns.address], cidrs: networks('127.0.0.0/8,::1/128') });
  expect(await sender.post(`http://three.example.com:${receiver.port}/`)).toMatchObject({
    outcome: { kind: 'success' },
  });
});

test('at most 16 addresses are tried', async () => {
  const a = Array.from({ length: 20 }, (_, at) => `127.0.0.${at + 1}`);
  await using receiver = await startCanary('127.0.0.18');
  await using dns = await startDns({ 'many.example.com': { a } });
  await using sender = testSender({ dnsServers: [dns.address] });
  expect(await sender.post(`http://many.example.com:${receiver.port}/`)).toMatchObject({
    outcome: { reason: 'connect_refused' },
  });
  expect(receiver.connections).toBe(0);
});
