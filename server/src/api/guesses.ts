// Lets people and programs prove who they are, and keeps them from guessing: wrong attempts count, by account and by
// the network that they come from, and whoever made too many has to wait.

import { dayMs, type Clock } from '../domain/clock.ts';
import { makeMemory } from '../domain/memory.ts';
import { Refusal } from '../domain/refusal.ts';
import { makeThrottle } from './throttle.ts';

export type Attempt = {
  readonly account: string;
  /** Equal only for the same attempt: those that are made at once are one. */
  readonly credentials: string;
  readonly address: string;
};

export interface Guesses<Found> {
  /**
   * What `prove` finds; undefined when the credentials are wrong, which counts. Refuses with `too_many_requests` instead
   * of trying while account or address must wait.
   */
  check(attempt: Attempt, prove: () => Promise<Found | undefined>): Promise<Found | undefined>;
}

export interface Addresses {
  /** An attempt from this address begins, and is wrong until `forgive`. Refuses with `too_many_requests` while it must wait. */
  begin(address: string): void;
  forgive(address: string): void;
}

const freeAttemptsPerAccount = 5;
const freeAttemptsPerAddress = 20;

export function makeAddresses(clock: Clock): Addresses {
  const networks = makeThrottle(clock, freeAttemptsPerAddress);
  return {
    begin: (address) => refuseWait(networks.attempt(networkOf(address))),
    forgive: (address) => networks.forgive(networkOf(address)),
  };
}

/** The accounts are its own, the addresses may be shared with others. */
export function makeGuesses<Found>(clock: Clock, addresses: Addresses): Guesses<Found> {
  const accounts = makeThrottle(clock, freeAttemptsPerAccount);
  /** From where an account signed in: who guesses its password elsewhere can't lock its owner out there. */
  const familiar = makeMemory<true>(clock, dayMs);
  /** Clients open several connections at once with the same credentials: that is one attempt. */
  const checking = new Map<string, Promise<Found | undefined>>();

  return {
    async check(attempt, prove) {
      const key = JSON.stringify([networkOf(attempt.address), attempt.credentials]);
      const running = checking.get(key) ?? checkOnce(attempt, prove);
      checking.set(key, running);
      try {
        return await running;
      } finally {
        checking.delete(key);
      }
    },
  };

  async function checkOnce(
    { account, address }: Attempt,
    prove: () => Promise<Found | undefined>,
  ): Promise<Found | undefined> {
    const here = `${account} ${networkOf(address)}`;
    const counted = familiar.get(here) === undefined ? account : here;
    addresses.begin(address);
    const accountWaitMs = accounts.attempt(counted);
    if (accountWaitMs > 0) addresses.forgive(address); // nothing is tried
    refuseWait(accountWaitMs);
    const found = await prove();
    if (found === undefined) return undefined;
    accounts.clear(counted);
    addresses.forgive(address);
    familiar.put(here, true);
    return found;
  }
}

/** One customer's network: an IPv4 address, or the /64 of an IPv6 address, in which everybody can have any address. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = ''] = address.split('::');
  return `${head.split(':').slice(0, 4).join(':')}::/64`;
}

function refuseWait(waitMs: number): void {
  if (waitMs === 0) return;
  const message = 'Too many wrong attempts; wait as long as Retry-After says';
  throw new Refusal('too_many_requests', message, { retryAfterMs: waitMs });
}
