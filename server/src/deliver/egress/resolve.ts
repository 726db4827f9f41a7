// Asks the DNS for every address of a name, with answers kept for a bounded while. What they may be used for is judged elsewhere.

import { Resolver } from 'node:dns/promises';
import { secondMs } from '../../domain/clock.ts';
import type { Clock } from '../../domain/clock.ts';
import { BoundedMap } from './bounded-map.ts';
import { failed, platformFailed } from './failure.ts';
import type { Failure } from './failure.ts';

/** c-ares doubles its timeout from try to try and rounds it up, so the whole is bounded here as well. */
const options = { timeout: secondMs, maxTimeout: secondMs, tries: 2 };
const lookupMsMax = 2 * secondMs;
const ttlMin = 5;
const ttlMax = 60;
const namesKeptMax = 2_000;
/** Larger answers are used once and not kept. */
const addressesKeptMax = 64;

export interface Resolve {
  /**
   * All A records, then all AAAA records of a name, asked of `servers` (`ADDRESS:PORT`; none takes the system's).
   * Throws a `Failure`: of the name, or of the platform when no resolver answers anything at all.
   */
  (name: string, servers: readonly string[]): Promise<readonly string[]>;
}

type Kept = { readonly addresses: readonly string[]; readonly untilMs: number };

export function makeResolve(clock: Clock): Resolve {
  let channel = openChannel([], clock);
  const kept = new BoundedMap<string, Kept>(namesKeptMax);
  const underWay = new Map<string, Promise<readonly string[]>>();

  function reopen(servers: readonly string[]): void {
    channel = openChannel(servers, clock);
    kept.clear();
    underWay.clear();
  }

  async function lookUp(name: string): Promise<readonly string[]> {
    const asked = channel;
    try {
      const { addresses, ttl } = await asked.query(name);
      if (addresses.length <= addressesKeptMax && asked === channel) {
        const keepSeconds = Math.min(Math.max(ttl, ttlMin), ttlMax);
        kept.set(name, { addresses, untilMs: clock.monotonicMs() + keepSeconds * secondMs });
      }
      return addresses;
    } catch (failure) {
      // The system's resolvers may have changed: the next lookup reads its configuration again.
      if ((failure as Failure).outcome.kind === 'platform' && asked === channel) reopen(asked.servers);
      throw failure;
    } finally {
      underWay.delete(name);
    }
  }

  return (name, servers) => {
    if (channel.servers.join() !== servers.join()) reopen(servers);
    const known = kept.get(name);
    if (known !== undefined && known.untilMs > clock.monotonicMs()) return Promise.resolve(known.addresses);
    const pending = underWay.get(name) ?? lookUp(name);
    underWay.set(name, pending);
    return pending;
  };
}

type Channel = {
  readonly servers: readonly string[];
  query(name: string): Promise<{ readonly addresses: readonly string[]; readonly ttl: number }>;
};

type Answer = {
  readonly records: readonly { readonly address: string; readonly ttl: number }[];
  /** The c-ares code where there are no records. */
  readonly code: string | null;
};

/** A c-ares channel, which never occupies the threads that files and cryptography share, and whether its servers live. */
function openChannel(servers: readonly string[], clock: Clock): Channel {
  const resolver = new Resolver(options);
  if (servers.length > 0) resolver.setServers(servers);
  let answeredAtMs = Number.NEGATIVE_INFINITY;
  let probing: Promise<unknown> | undefined;

  async function ask(records: Promise<readonly { address: string; ttl: number }[]>): Promise<Answer> {
    try {
      const answer: Answer = { records: await records, code: null };
      answeredAtMs = clock.monotonicMs();
      return answer;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      if (!unanswered.has(code)) answeredAtMs = clock.monotonicMs();
      return { records: [], code };
    }
  }

  /** Asks for the root, which every resolver that lives answers in some way. */
  function probe(): void {
    probing ??= ask(resolver.resolveNs('.').then(() => [])).finally(() => {
      probing = undefined;
    });
  }

  return {
    servers,
    async query(name) {
      const startedAtMs = clock.monotonicMs();
      const answers: Answer[] = [];
      const cancelProbe = clock.after(lookupMsMax / 2, probe);
      await withinTime(clock, [
        ask(resolver.resolve4(name, { ttl: true })).then((answer) => (answers[0] = answer)),
        ask(resolver.resolve6(name, { ttl: true })).then((answer) => (answers[1] = answer)),
      ]);
      cancelProbe();
      const records = answers.flatMap((answer) => answer.records);
      if (records.length === 0) throw failureOf([answers[0], answers[1]], answeredAtMs >= startedAtMs);
      return {
        addresses: records.map(({ address }) => address),
        ttl: Math.min(...records.map(({ ttl }) => ttl)),
      };
    },
  };
}

async function withinTime(clock: Clock, answers: readonly Promise<unknown>[]): Promise<void> {
  let cancel;
  const timeUp = new Promise<void>((resolve) => (cancel = clock.after(lookupMsMax, resolve)));
  await Promise.race([Promise.all(answers), timeUp]);
  cancel!();
}

/** What c-ares reports when no server said anything. */
const unanswered = new Set(['ETIMEOUT', 'ECONNREFUSED', 'ECANCELLED', 'EDESTRUCTION', 'unknown']);

function failureOf(answers: readonly (Answer | undefined)[], serversLive: boolean): Failure {
  const codes = answers.map((answer) => answer?.code ?? 'ETIMEOUT');
  if (codes.every((code) => code === 'ENOTFOUND' || code === 'ENODATA')) {
    return failed('dns_not_found', 'The host name does not exist or has no address');
  }
  if (!serversLive && codes.some((code) => unanswered.has(code))) {
    return platformFailed('resolver_down', 'No DNS server of this installation answers (DNS_SERVERS)');
  }
  if (codes.includes('ETIMEOUT')) {
    return failed('dns_timeout', 'The DNS servers of the host name did not answer in time');
  }
  return failed('dns_failed', 'The DNS servers of the host name answered with an error');
}
