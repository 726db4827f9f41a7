// A scripted DNS server on loopback, over UDP and TCP: answers what a test says, late, wrongly, hugely or never.

import { createSocket } from 'node:dgram';
import type { Socket as UdpSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressBytes } from '../../src/deliver/egress/address.ts';

export type Zone = {
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  /** The name that this one stands for; its own addresses are sent along where the zones have them. */
  readonly cname?: string;
  /** Seconds, 30 unless given. */
  readonly ttl?: number;
  /** 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED. */
  readonly rcode?: number;
  /** Never answers. */
  readonly silent?: true;
  /** Never answers for AAAA. */
  readonly silentAaaa?: true;
  readonly delayMs?: number;
  /** Sets the TC bit on UDP, so that the client asks again over TCP. */
  readonly truncated?: true;
};

/** What a name has, asked at each query; undefined is NXDOMAIN. */
export type Zones = Readonly<Record<string, Zone>> | ((name: string) => Zone | undefined);

export interface DnsServer extends AsyncDisposable {
  /** `127.0.0.1:PORT`, as `DNS_SERVERS` takes it. */
  readonly address: string;
  /** `A name`, `AAAA name` or `NS name`, in the order of coming. */
  readonly queries: readonly string[];
  answerWith(zones: Zones): void;
  close(): Promise<void>;
}

const types: Readonly<Record<number, string>> = { 1: 'A', 2: 'NS', 28: 'AAAA' };
const udpBytesMax = 1_232;

export async function startDns(first: Zones): Promise<DnsServer> {
  let zones = first;
  const queries: string[] = [];
  const streams = new Set<Socket>();

  async function answer(query: Buffer, overUdp: boolean): Promise<Buffer | undefined> {
    const { name, type, end } = readQuestion(query);
    queries.push(`${types[type] ?? type} ${name}`);
    const find = (each: string) => (typeof zones === 'function' ? zones(each) : zones[each]);
    const zone = name === '' ? { rcode: 0, ...find('') } : (find(name) ?? { rcode: 3 });
    if (zone.silent === true || (type === 28 && zone.silentAaaa === true)) return undefined;
    if (zone.delayMs !== undefined) await sleep(zone.delayMs);
    const records = zone.rcode === undefined || zone.rcode === 0 ? recordsFor(name, type, find) : [];
    const whole = message(query, end, zone.rcode ?? 0, records, false);
    const cut = overUdp && (zone.truncated === true || whole.length > udpBytesMax);
    return cut ? message(query, end, zone.rcode ?? 0, [], true) : whole;
  }

  const tcp = createServer((stream) => {
    streams.add(stream);
    stream.on('error', () => undefined);
    let bytes = Buffer.alloc(0);
    stream.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE()) {
        const query = bytes.subarray(2, 2 + bytes.readUInt16BE());
        bytes = bytes.subarray(2 + query.length);
        void answer(query, false).then((reply) => {
          if (reply !== undefined) stream.write(Buffer.concat([uint16(reply.length), reply]));
        });
      }
    });
  });
  const udp = await bindBoth(tcp);
  udp.on('message', (query, from) => {
    void answer(query, true).then((reply) => {
      if (reply !== undefined) udp.send(reply, from.port, from.address, () => undefined);
    });
  });

  const close = async (): Promise<void> => {
    for (const stream of streams) stream.destroy();
    await new Promise<void>((resolve) => udp.close(() => resolve()));
    await new Promise<void>((resolve) => tcp.close(() => resolve()));
  };
  return {
    address: `127.0.0.1:${(tcp.address() as AddressInfo).port}`,
    queries,
    answerWith(next) {
      zones = next;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Takes ports until one is free for TCP and UDP alike. */
async function bindBoth(tcp: Server): Promise<UdpSocket> {
  for (let tries = 1; ; tries++) {
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    const udp = createSocket('udp4');
    try {
      await new Promise<void>((resolve, reject) => {
        udp.once('error', reject);
        udp.bind((tcp.address() as AddressInfo).port, '127.0.0.1', resolve);
      });
      return udp;
    } catch (error) {
      if (tries === 20) throw error;
      await new Promise<void>((resolve) => tcp.close(() => resolve()));
    }
  }
}

/** The CNAME chain from a name on, a loop once around, and the addresses at its end. */
function recordsFor(name: string, type: number, find: (name: string) => Zone | undefined): Buffer[] {
  const records: Buffer[] = [];
  const seen = new Set<string>();
  for (let at: string | undefined = name; at !== undefined && !seen.has(at);) {
    seen.add(at);
    const zone: Zone | undefined = find(at);
    const ttl = zone?.ttl ?? 30;
    const addresses = type === 1 ? zone?.a : type === 28 ? zone?.aaaa : undefined;
    for (const address of addresses ?? []) {
      records.push(record(at, type, ttl, Buffer.from(addressBytes(address))));
    }
    if (zone?.cname !== undefined) records.push(record(at, 5, ttl, encodeName(zone.cname)));
    at = zone?.cname;
  }
  return records;
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let size = query[at]!; size > 0; size = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + size));
    at += 1 + size;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function message(
  query: Buffer,
  questionEnd: number,
  rcode: number,
  records: Buffer[],
  truncated: boolean,
): Buffer {
  const flags = 0x8180 | (truncated ? 0x0200 : 0) | rcode;
  const counts = [1, records.length, 0, 0].map(uint16);
  return Buffer.concat([
    query.subarray(0, 2),
    uint16(flags),
    ...counts,
    query.subarray(12, questionEnd),
    ...records,
  ]);
}

function record(name: string, type: number, ttl: number, data: Buffer): Buffer {
  const lifetime = Buffer.alloc(4);
  lifetime.writeUInt32BE(ttl);
  return Buffer.concat([encodeName(name), uint16(type), uint16(1), lifetime, uint16(data.length), data]);
}

function encodeName(name: string): Buffer {
  const labels = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
