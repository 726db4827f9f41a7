// Secrets of Standard Webhooks: `whsec_` and the key in base64. Made, judged and masked here.

import type { Clock } from '../domain/clock.ts';
import type { Random } from '../domain/random.ts';
import type { FieldProblem } from '../domain/refusal.ts';
import type { Secret } from '../domain/secret.ts';
import type { NewSigning } from './webhooks.ts';

/** A new secret: `whsec_` and 32 random bytes in base64. */
export declare function newSecret(random: Random): Secret;

/** Signing by Standard Webhooks with a new secret, or with the given one. */
export declare function makeNewSigning(parts: { readonly random: Random; readonly clock: Clock }): NewSigning;

/** What is wrong with a secret that a caller brings, or undefined: `whsec_`, then 24 to 64 bytes in base64. */
export declare function secretProblem(text: string): Omit<FieldProblem, 'pointer'> | undefined;

/** `whsec_****abcd`: the scheme's prefix and the last four characters; short secrets show none of theirs. */
export declare function maskSecret(secret: Secret): string;
