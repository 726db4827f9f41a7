// HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530): one signature over method, target URI, the body's
// digest and what headers a format names, in three headers.

import { secondMs, type Instant } from '../domain/clock.ts';
import { signingKey } from '../domain/message-signing.ts';
import type { OutgoingRequest } from '../domain/outgoing-request.ts';
import { requestTarget } from '../domain/target.ts';
import type { KeyPair, MessageSigning, PairAlgorithm } from '../domain/webhook.ts';
import { publicJwk, type PublicJwk } from './jwk.ts';
import { secretKeyOf, signatureOf } from './message-algorithms.ts';
import { contentDigest, signatureBase, signatureParameters } from './message-base.ts';

/**
 * The three headers, with one signature by the label `sig`: common verifiers break with a second. It covers the headers
 * of the request that are `covered`, by their lower-case names, beside method, target and digest. `at` is the wall
 * clock's time: receivers compare it with theirs.
 */
export function messageSignatureHeaders(
  request: OutgoingRequest,
  covered: readonly string[],
  signing: MessageSigning,
  at: Instant,
): Readonly<Record<string, string>> {
  const digest = contentDigest(request.body);
  const created = Math.floor(at / secondMs);
  const { algorithm } = signing;
  const { secret, ...key } = signingKey(signing, at);
  const parameters = signatureParameters({ covered, created, algorithm, keyId: 'id' in key ? key.id : null });
  const base = signatureBase({ ...request, url: targetUri(request.url) }, digest, covered, parameters);
  const signature = signatureOf(base, algorithm, secretKeyOf(algorithm, secret));
  return {
    'Content-Digest': digest,
    'Signature-Input': `sig=${parameters}`,
    Signature: `sig=:${signature.toString('base64')}:`,
  };
}

/** The public key of a pair for a key document, with the algorithm by the name that such documents know. */
export function jwkOfPair(pair: KeyPair, algorithm: PairAlgorithm): PublicJwk {
  return publicJwk(pair, jwsNames[algorithm]);
}

const jwsNames: Readonly<Record<PairAlgorithm, string>> = {
  ed25519: 'EdDSA',
  'ecdsa-p256-sha256': 'ES256',
  'rsa-v1_5-sha256': 'RS256',
  'rsa-pss-sha512': 'PS512',
};

/** What is asked for: without fragment (RFC 9421 §2.2.2) and without user info. */
function targetUri(url: string): string {
  const parsed = new URL(url);
  return parsed.origin + requestTarget(parsed);
}
