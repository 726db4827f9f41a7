// `/webhook-policies`: what Xurrent webhooks may be signed by. A secret shared with receivers is in the create answer only.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { isId } from '../../domain/id.ts';
import { notFound } from '../../domain/refusal.ts';
import { currentKey, jwtAlgorithms, type WebhookPolicy } from '../../domain/webhook-policy.ts';
import type { Remember } from '../../manage/remember.ts';
import { IdParams } from './access/tenant-query.ts';
import { empty, named, operation } from './operation.ts';
import type { NativeParts } from './parts.ts';
import { closed, nullable, oneOf, PageQuery, pageOf, Time, WindowQuery } from './wire/schemas.ts';
import { sendOnce } from './wire/send-once.ts';
import { readCreatedBetween, showTime } from './wire/times.ts';

const signingAlgorithms = jwtAlgorithms.filter((algorithm) => algorithm !== 'none');

const Audience = nullable(Type.String({ description: 'The claim `aud`; null leaves it out.' }));
const ExpiresInMinutes = nullable(
  Type.Integer({ description: 'How long a token is good; null for ever.', minimum: 1 }),
);
const Disabled = Type.Boolean({
  description: 'Takes no new webhooks, and goes on signing for those that it has.',
});

const WebhookPolicyIn = closed(
  {
    algorithm: oneOf(signingAlgorithms),
    audience: Type.Optional(Audience),
    expiresInMinutes: Type.Optional(ExpiresInMinutes),
    disabled: Type.Optional(Disabled),
  },
  { title: 'Webhook policy to create', examples: [{ algorithm: 'es256', expiresInMinutes: 10 }] },
);

const members = {
  id: Type.String(),
  wireId: Type.Integer({ description: 'What `dialectSettings.policy` of a Xurrent webhook names it by.' }),
  name: Type.String({ description: 'By it receivers find the public keys.' }),
  algorithm: oneOf(jwtAlgorithms),
  audience: Audience,
  expiresInMinutes: ExpiresInMinutes,
  disabled: Disabled,
  kid: Type.String({ description: 'Of the key that signs.' }),
  publicKeyPem: nullable(
    Type.String({
      description: 'What verifies its signatures; null where a shared secret does, or nothing.',
    }),
  ),
  createdAt: Time,
  updatedAt: Time,
};

export const WebhookPolicyOut = closed(members, { $id: 'WebhookPolicy' });
export const WebhookPolicyWithSecret = closed(
  {
    ...members,
    secret: Type.Optional(
      Type.String({
        description:
          'Shared with receivers, of an algorithm `hs…`, in this answer only: it is not in the answer to a repeated request.',
      }),
    ),
  },
  { $id: 'WebhookPolicyWithSecret' },
);

const ListQuery = closed({
  ...PageQuery,
  ...WindowQuery,
  state: Type.Optional(oneOf(['active', 'disabled'])),
});
const tags = ['Webhook policies'] as const;

export function webhookPolicyRoutes(
  app: FastifyInstance,
  { policies, store, cursors, once }: Pick<NativeParts, 'policies' | 'store' | 'cursors' | 'once'>,
): void {
  app.get(
    '/webhook-policies',
    operation('listWebhookPolicies', {
      summary: 'List webhook policies, oldest first',
      description: '`from` and `to` are about their creation.',
      tags,
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('WebhookPolicy#')) },
    }),
    async (request) => {
      const { state, ...query } = request.query as Static<typeof ListQuery>;
      const { tenantId } = request.caller.principal;
      const list = { tenantId, list: 'webhook-policies' };
      const filter = { ...readCreatedBetween(query), ...(state === undefined ? {} : { state }) };
      const page = await store.listPolicies(tenantId, filter, cursors.pageRequest(list, query));
      return cursors.page(list, page, show);
    },
  );

  app.post(
    '/webhook-policies',
    operation('createWebhookPolicy', {
      summary: 'Create a webhook policy',
      description: 'Its key is drawn here.',
      tags,
      body: WebhookPolicyIn,
      response: { 201: named('WebhookPolicyWithSecret', 'Created; a shared secret is in this answer only') },
    }),
    async (request, reply) => {
      const given = request.body as Static<typeof WebhookPolicyIn>;
      const { audience = null, expiresInMinutes = null, disabled = false, algorithm } = given;
      const draft = { algorithm, audience, expiresInMinutes, disabled };
      const act = (remember?: Remember<Omit<WebhookPolicy, 'wireId'>>) =>
        policies.create(request.caller, draft, remember);
      const answer = await once(request, act, {
        fresh: (policy) => ({
          status: 201,
          body: JSON.stringify({ ...show(policy), ...sharedSecretOf(policy) }),
        }),
        // It is stored before the policy has its number.
        stored: ({ id }) => ({ status: 201, body: JSON.stringify({ id }) }),
        completed: async ({ status, body }) => {
          const { id } = JSON.parse(body) as Pick<WebhookPolicy, 'id'>;
          const policy = await policies.get(request.caller.principal.tenantId, id);
          return { status, body: JSON.stringify(show(policy)) };
        },
      });
      return sendOnce(reply, answer);
    },
  );

  app.get(
    '/webhook-policies/:id',
    operation('getWebhookPolicy', {
      summary: 'A webhook policy',
      tags,
      params: IdParams,
      response: { 200: named('WebhookPolicy', 'The policy, without its secret') },
    }),
    async (request) => show(await policies.get(request.caller.principal.tenantId, idIn(request.params))),
  );

  app.delete(
    '/webhook-policies/:id',
    operation('deleteWebhookPolicy', {
      summary: 'Delete a webhook policy',
      description: 'Refused while a webhook signs by it.',
      tags,
      params: IdParams,
      response: { 204: empty('Deleted') },
    }),
    async (request, reply) => {
      await policies.remove(request.caller, idIn(request.params));
      return reply.code(204).send();
    },
  );
}

function idIn(params: unknown): string {
  const { id } = params as Static<typeof IdParams>;
  if (!isId('pol', id)) throw notFound('webhook policy');
  return id;
}

function show(policy: WebhookPolicy) {
  const { id, wireId, name, algorithm, audience, expiresInMinutes, disabledAt } = policy;
  const key = currentKey(policy);
  return {
    id,
    wireId,
    name,
    algorithm,
    audience,
    expiresInMinutes,
    disabled: disabledAt !== null,
    kid: key.id,
    publicKeyPem: key.publicKeyPem,
    createdAt: showTime(policy.createdAt),
    updatedAt: showTime(policy.updatedAt),
  };
}

function sharedSecretOf(policy: WebhookPolicy): { readonly secret?: string } {
  return policy.algorithm.startsWith('hs') ? { secret: currentKey(policy).secret.reveal() } : {};
}
