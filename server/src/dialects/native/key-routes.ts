// `/.well-known/jwks.json`: the public keys with which receivers verify HTTP message signatures.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { sendKeys } from '../../api/key-document.ts';
import { openOperation } from './operation.ts';
import type { NativeParts } from './parts.ts';
import { closed, oneOf } from './wire/schemas.ts';

const Query = closed({
  kid: Type.Optional(Type.String({ description: "Only this key: a signature's `keyid`." })),
  webhook: Type.Optional(Type.String({ description: 'Only the keys of this webhook.' })),
});

/** The other members are those of its kind (RFC 7518 §6, RFC 8037 §2). */
const Jwk = Type.Object({
  kty: oneOf(['OKP', 'EC', 'RSA']),
  use: oneOf(['sig']),
  alg: oneOf(['EdDSA', 'ES256', 'RS256', 'PS512']),
  kid: Type.String(),
});

/** Open to everybody: who has a request to verify has no credentials here. */
export function keyRoutes(
  app: FastifyInstance,
  { publicKeys, clock }: Pick<NativeParts, 'publicKeys' | 'clock'>,
): void {
  app.get(
    '/.well-known/jwks.json',
    openOperation('getPublicKeys', {
      summary: 'The public keys that receivers verify with',
      description:
        'A JWK Set (RFC 7517) of all webhooks that sign by HTTP Message Signatures with key pairs, open to everybody. A key is in it from its creation until 24 hours after it expired; it may be kept for an hour. What is not known leaves the set empty.',
      tags: ['Webhooks'],
      querystring: Query,
      response: { 200: closed({ keys: Type.Array(Jwk) }, { description: 'The keys' }) },
    }),
    async (request, reply) =>
      sendKeys(reply, publicKeys(clock.wall(), request.query as Static<typeof Query>)),
  );
}
