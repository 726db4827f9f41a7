// The npm packages http-message-signatures 1.0.6 and http-message-sig 0.3.0, unmodified, as receivers use them. Each
// rebuilds what was signed from the request; neither compares the digest with the body, so that is done before.

import {
  createHmac,
  createPublicKey,
  timingSafeEqual,
  verify,
  webcrypto,
  type JsonWebKey,
} from 'node:crypto';
import {
  SignatureError,
  verifySignature,
  webcrypto as ofWebCrypto,
  type Verifier as SigVerifier,
} from 'http-message-sig';
import { createVerifier, httpbis } from 'http-message-signatures';
import { digestOf, type Message } from './message.ts';

export type Key =
  | { readonly algorithm: 'hmac-sha256'; readonly secret: string }
  | { readonly algorithm: PairAlgorithm; readonly jwk: PublicJwk };

export type PairAlgorithm = 'rsa-pss-sha512' | 'rsa-v1_5-sha256' | 'ecdsa-p256-sha256' | 'ed25519';

export type PublicJwk = JsonWebKey & { readonly kid: string; readonly alg: string };

/** What a receiver takes: a profile with a key of its choosing. */
export type Profile = {
  readonly covered: readonly string[];
  readonly parameters: readonly string[];
  /** The key for a signature's `keyid`, or the only one. */
  readonly keyFor: (keyId: string | undefined) => Key | undefined;
  /** How old a signature may be; null is for ever, and in the future too, so that nothing but the signature decides. */
  readonly maxAgeS: number | null;
};

/** `good`, or what is wrong. */
export type Verdict = 'good' | 'bad digest' | 'bad signature' | 'too old or too new' | `error: ${string}`;

export const verifiers = {
  'http-message-signatures 1.0.6': withWholeBody(async (message, profile) => {
    const { covered, parameters, keyFor, maxAgeS } = profile;
    try {
      const verified = await httpbis.verifyMessage(
        {
          keyLookup: async ({ keyid }) => {
            const key = keyFor(keyid);
            if (key === undefined) return null;
            const { algorithm } = key;
            const material = algorithm === 'hmac-sha256' ? key.secret : pem(key.jwk);
            return { algs: [algorithm], verify: createVerifier(material, algorithm) };
          },
          requiredFields: [...covered],
          requiredParams: [...parameters],
          tolerance: clockSkewS,
          ...(maxAgeS === null ? { notAfter: Number.MAX_SAFE_INTEGER } : { maxAge: maxAgeS }),
        },
        { ...message, headers: { ...message.headers } },
      );
      if (verified === null) return 'error: no such key, or no signature';
      return verified ? 'good' : 'bad signature';
    } catch (error) {
      return problemIn((error as Error).message);
    }
  }),
  'http-message-sig 0.3.0': withWholeBody(async (message, profile) => {
    const { covered, parameters, keyFor, maxAgeS } = profile;
    try {
      const { method, url: targetUri, headers } = message;
      const fields = Object.entries(headers).map(([name, value]) => ({ name, value }));
      await verifySignature(
        { kind: 'request', method, targetUri, fields },
        {
          label: 'sig',
          policy: {
            algorithms: [...algorithms],
            requiredComponents: covered,
            requiredParameters: parameters,
            clockSkew: maxAgeS === null ? Number.MAX_SAFE_INTEGER : clockSkewS,
            ...(maxAgeS !== null && { maxAge: maxAgeS }),
          },
          resolveVerifier: ({ parameters: { keyid } }) => {
            const key = keyFor(keyid);
            if (key === undefined) throw new Error('no such key');
            return sigVerifierOf(key);
          },
        },
      );
      return 'good';
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error;
      if (error.code === 'VerificationFailed') return 'bad signature';
      return problemIn(error.message);
    }
  }),
} satisfies Record<string, (message: Message, profile: Profile) => Promise<Verdict>>;

const clockSkewS = 5;
const algorithms = ['hmac-sha256', 'rsa-pss-sha512', 'rsa-v1_5-sha256', 'ecdsa-p256-sha256', 'ed25519'];

function problemIn(message: string): Verdict {
  return /too old|in the future/.test(message) ? 'too old or too new' : `error: ${message}`;
}

function withWholeBody(judge: (message: Message, profile: Profile) => Promise<Verdict>) {
  return async (message: Message, profile: Profile): Promise<Verdict> =>
    message.headers['content-digest'] === digestOf(message.body) ? judge(message, profile) : 'bad digest';
}

function pem(jwk: JsonWebKey): string {
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
}

/** http-message-sig brings Ed25519 and RSA-PSS; for the other algorithms its receiver brings the last step. */
async function sigVerifierOf(key: Key): Promise<SigVerifier> {
  switch (key.algorithm) {
    case 'ed25519':
      return ofWebCrypto.verifier(await imported(key.jwk, 'Ed25519'));
    case 'rsa-pss-sha512':
      return ofWebCrypto.verifier(await imported(key.jwk, { name: 'RSA-PSS', hash: 'SHA-512' }));
    case 'rsa-v1_5-sha256': {
      const publicKey = pem(key.jwk);
      return {
        algorithm: key.algorithm,
        verify: (data, signature) => verify('sha256', data, publicKey, signature),
      };
    }
    case 'ecdsa-p256-sha256': {
      const publicKey = { key: pem(key.jwk), dsaEncoding: 'ieee-p1363' } as const;
      return {
        algorithm: key.algorithm,
        verify: (data, signature) => verify('sha256', data, publicKey, signature),
      };
    }
    case 'hmac-sha256':
      return {
        algorithm: key.algorithm,
        verify(data, signature) {
          const expected = createHmac('sha256', key.secret).update(data).digest();
          return signature.length === expected.length && timingSafeEqual(signature, expected);
        },
      };
  }
}

function imported(jwk: JsonWebKey, algorithm: string | webcrypto.RsaHashedImportParams) {
  return webcrypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify']);
}
