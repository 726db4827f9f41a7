// Passwords at rest: argon2id in PHC form, at the floor of OWASP's password storage cheat sheet.

import type { Random } from '../domain/random.ts';

export interface Passwords {
  /** argon2id in PHC form, with a salt of its own. */
  hash(password: string): Promise<string>;
  /** Whether the password is the hashed one. Without a hash it costs the same and is false. */
  verify(phc: string | undefined, password: string): Promise<boolean>;
}

/** At most two passwords are hashed at once: each takes 19 MiB and a thread. */
export declare function makePasswords(random: Random): Passwords;

/** What is wrong with a new password, in a sentence, or undefined: 8 to 128 characters. */
export declare function passwordProblem(password: string): string | undefined;
