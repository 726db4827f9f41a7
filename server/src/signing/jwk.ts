// Public keys as JSON Web Keys, for documents in which receivers look them up (RFC 7517).

import { createPublicKey } from 'node:crypto';

export type PublicJwk = Readonly<Record<string, unknown>>;

/** `alg` is the algorithm by its name for JSON Web Signatures (RFC 7518 §3.1, RFC 8037 §3.1). */
export function publicJwk(
  { id, publicKeyPem }: { readonly id: string; readonly publicKeyPem: string },
  alg: string,
): PublicJwk {
  return { ...createPublicKey(publicKeyPem).export({ format: 'jwk' }), use: 'sig', alg, kid: id };
}
