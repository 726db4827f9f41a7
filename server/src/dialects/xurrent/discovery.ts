// The public keys of webhook policies, for receivers that look them up (specification §5.5; OpenID Connect Discovery 1.0 §4).

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { cacheable, sendKeys } from '../../api/key-document.ts';
import type { Clock } from '../../domain/clock.ts';
import { notFound } from '../../domain/refusal.ts';
import type { TenantId } from '../../domain/tenant.ts';
import { publishedKeys, type PublishedKey, type WebhookPolicy } from '../../domain/webhook-policy.ts';
import { jwkOf } from '../../signing/jwt.ts';
import type { Addresses } from './addresses.ts';
import { policyIssuer } from './format.ts';
import type { Reads } from './reads.ts';

export type DiscoveryParts = {
  readonly store: Pick<Reads, 'getPolicyByName'>;
  readonly addresses: Addresses;
  readonly accountOf: (tenantId: TenantId) => string;
  readonly clock: Pick<Clock, 'wall'>;
};

/** Open to everybody, for disabled policies too; a policy without public keys is as unknown as one that is not there. */
export function discoveryRoutes(
  app: FastifyInstance,
  { store, addresses, accountOf, clock }: DiscoveryParts,
): void {
  app.route({
    method: 'GET',
    url: '/webhook_policies/:name/.well-known/openid-configuration',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const { policy } = await published(request);
      const issuer = policyIssuer(addresses.issuer(accountOf(policy.tenantId)), policy);
      return reply.headers(cacheable).send({
        issuer,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: [policy.algorithm.toUpperCase()],
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/webhook_policies/:name/jwks',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const { keys } = await published(request);
      return sendKeys(reply, keys.map(jwkOf));
    },
  });

  async function published(
    request: FastifyRequest,
  ): Promise<{ readonly policy: WebhookPolicy; readonly keys: readonly PublishedKey[] }> {
    const { name } = request.params as { name: string };
    const policy = await store.getPolicyByName(name);
    const keys = policy === undefined ? [] : publishedKeys(policy, clock.wall());
    if (policy === undefined || keys[0]?.id !== policy.keys[0].id) throw notFound('webhook policy');
    return { policy, keys };
  }
}
