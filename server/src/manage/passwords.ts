// Passwords at rest: argon2id in PHC form, at the floor of OWASP's password storage cheat sheet.

import { argon2, timingSafeEqual } from 'node:crypto';
import type { Random } from '../domain/random.ts';
import { Refusal } from '../domain/refusal.ts';

export interface Passwords {
  /** argon2id in PHC form, with a salt of its own. */
  hash(password: string): Promise<string>;
  /** Whether the password is the hashed one. Without a hash it costs the same and is false. */
  verify(phc: string | undefined, password: string): Promise<boolean>;
}

const floor: Cost = { memoryKiB: 19_456, passes: 2, lanes: 1 };
const saltBytes = 16;
const hashBytes = 32;
/** Each takes 19 MiB and a thread that files and the resolver need too. */
const atOnceMax = 2;
const waitingMax = 200;

/** At most two passwords are hashed at once, and few wait: beyond that it refuses with `unavailable`. */
export function makePasswords(random: Random): Passwords {
  const turn = turns();
  return {
    async hash(password) {
      const salt = random.bytes(saltBytes);
      return writePhc({
        cost: floor,
        salt,
        hash: await turn(() => derive(password, salt, floor, hashBytes)),
      });
    },
    async verify(phc, password) {
      const stored = phc === undefined ? undefined : readPhc(phc);
      const { cost, salt, hash } = stored ?? { cost: floor, salt: random.bytes(saltBytes), hash: nothing };
      const given = await turn(() => derive(password, salt, cost, hash.length));
      return stored !== undefined && timingSafeEqual(given, hash);
    },
  };
}

const passwordLengthMin = 8;
const passwordLengthMax = 128;

/** What is wrong with a new password, in a sentence, or undefined: 8 to 128 characters. */
export function passwordProblem(password: string): string | undefined {
  if (password.length < passwordLengthMin) return `A password has at least ${passwordLengthMin} characters`;
  if (password.length > passwordLengthMax) return `A password has at most ${passwordLengthMax} characters`;
  return undefined;
}

type Cost = { readonly memoryKiB: number; readonly passes: number; readonly lanes: number };
type Hashed = { readonly cost: Cost; readonly salt: Uint8Array; readonly hash: Uint8Array };

const nothing = new Uint8Array(hashBytes);

function derive(password: string, salt: Uint8Array, cost: Cost, length: number): Promise<Buffer> {
  // One text has one password, however a keyboard composes its characters (RFC 8265 §4.2.1).
  const message = Buffer.from(password.normalize('NFC'));
  const { memoryKiB: memory, passes, lanes: parallelism } = cost;
  return new Promise((resolve, reject) => {
    argon2(
      'argon2id',
      { message, nonce: salt, parallelism, tagLength: length, memory, passes },
      (error, key) => {
        if (error === null) resolve(key);
        else reject(error);
      },
    );
  });
}

/** The string format of the Password Hashing Competition: base64 without padding. */
function writePhc({ cost, salt, hash }: Hashed): string {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${cost.memoryKiB},t=${cost.passes},p=${cost.lanes}$${text(salt)}$${text(hash)}`;
}

function readPhc(phc: string): Hashed {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc);
  if (parts === null) throw new Error('a stored password hash is not argon2id in PHC form');
  const [, memoryKiB, passes, lanes, salt = '', hash = ''] = parts;
  return {
    cost: { memoryKiB: Number(memoryKiB), passes: Number(passes), lanes: Number(lanes) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

/** Runs acts a few at once, the others in order of their asking. */
function turns(): <Result>(act: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let running = 0;

  /** Who waits gets the place of who leaves, so that nobody slips in between. */
  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }

  return async (act) => {
    if (waiting.length >= waitingMax) {
      throw new Refusal('unavailable', 'Too many passwords are being checked; try again', {
        retryAfterMs: 1_000,
      });
    }
    if (running < atOnceMax) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await act();
    } finally {
      leave();
    }
  };
}
