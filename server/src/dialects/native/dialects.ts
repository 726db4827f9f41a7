// `/dialects`: what webhooks of each dialect can have, and how many of them the tenant has, for who is about to create one.

import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { WebhookCount } from '../../api/reads.ts';
import { dialectNames, signatureSchemes, type WebhookLimits } from '../../domain/webhook.ts';
import { operation } from './operation.ts';
import type { DialectsByName, NativeParts, OtherDialect } from './parts.ts';
import { profilesOf } from './webhooks/webhook-parts.ts';
import { profiles } from './webhooks/schemas.ts';
import { closed, nullable, oneOf, pageOf } from './wire/schemas.ts';

const Use = closed({
  used: Type.Integer(),
  max: nullable(Type.Integer({ description: 'Null where there is no limit.' })),
});

export const DialectOut = closed(
  {
    name: oneOf(dialectNames),
    title: Type.String(),
    webhooks: closed(
      { all: Use, active: Use },
      { description: 'How many the tenant has and may have; a create or resume beyond is refused.' },
    ),
    eventTypes: Type.Integer({ description: 'How many event types the dialect brings.' }),
    timeoutMs: Type.Integer({ description: 'Of a new webhook that names none.' }),
    profiles: Type.Array(oneOf(profiles)),
    defaultProfile: oneOf(profiles),
    signatures: Type.Array(
      closed({ scheme: oneOf(signatureSchemes), algorithms: Type.Array(Type.String()) }),
      { description: 'How its webhooks may sign, the usual way first.' },
    ),
    makesSecret: Type.Boolean({
      description: 'Whether the answer to a create tells a secret that was made here.',
    }),
    settingsSchema: Type.Unsafe<object>({
      type: 'object',
      description: 'JSON Schema of `dialectSettings`.',
    }),
  },
  { $id: 'Dialect' },
);

type Parts = Pick<NativeParts, 'store' | 'clock' | 'profile'> & { readonly dialects: DialectsByName };

export function dialectRoutes(app: FastifyInstance, { store, clock, profile, dialects }: Parts): void {
  app.get(
    '/dialects',
    operation('listDialects', {
      summary: 'The dialects, and what their webhooks can have',
      description: 'All of them at once.',
      tags: ['Webhooks'],
      response: { 200: pageOf(Type.Ref('Dialect#')) },
    }),
    async (request) => {
      const counts = await store.countWebhooks(request.caller.principal.tenantId, clock.wall());
      const data = [...dialects.values()].map((dialect) => {
        const count = counts.find((one) => one.dialect === dialect.name);
        const allowed = profilesOf(dialect.name);
        return {
          ...show(dialect, count),
          profiles: allowed,
          defaultProfile: allowed.includes(profile) ? profile : 'durable',
        };
      });
      return { data, next: null, previous: null };
    },
  );
}

function show({ name, settings, catalogue, limits }: OtherDialect, count: WebhookCount | undefined) {
  const { title, timeoutMs, signatures, makesSecret, schema } = settings;
  return {
    name,
    title,
    webhooks: usesOf(count ?? { all: 0, active: 0 }, limits),
    eventTypes: catalogue.length,
    timeoutMs,
    signatures,
    makesSecret,
    settingsSchema: schema,
  };
}

function usesOf({ all, active }: Pick<WebhookCount, 'all' | 'active'>, limits: WebhookLimits | undefined) {
  return {
    all: { used: all, max: limits?.allMax ?? null },
    active: { used: active, max: limits?.activeMax ?? null },
  };
}
