// `/webhooks`: create, list, get, change and delete webhooks of every dialect.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { isId } from '../../../domain/id.ts';
import { notFound } from '../../../domain/refusal.ts';
import type { TenantId } from '../../../domain/tenant.ts';
import { dialectNames, type Webhook, type WebhookId, type WireIdSource } from '../../../domain/webhook.ts';
import { healthy, type WebhookHealth } from '../../../domain/webhook-health.ts';
import type { StoredAnswer, WebhookFilter } from '../../../api/reads.ts';
import { randomUUID } from 'node:crypto';
import { readType } from '../events/event-routes.ts';
import { empty, named, operation } from '../operation.ts';
import type { DialectsByName, NativeParts, OtherDialect } from '../parts.ts';
import { closed, oneOf, PageQuery, pageOf, WindowQuery } from '../wire/schemas.ts';
import { sendOnce } from '../wire/send-once.ts';
import { readCreatedBetween } from '../wire/times.ts';
import { etagOf, expectedVersion, IfMatch } from '../wire/versions.ts';
import { changedWebhook } from './changed-webhook.ts';
import { newWebhook } from './new-webhook.ts';
import { WebhookIn, WebhookPatch } from './schemas.ts';
import { newSecretOf, showWebhook } from './show-webhook.ts';
import { dialectNamed, type Judgement } from './webhook-parts.ts';

const ListQuery = closed({
  ...PageQuery,
  ...WindowQuery,
  state: Type.Optional(oneOf(['active', 'paused', 'disabled'])),
  dialect: Type.Optional(oneOf(dialectNames)),
  failing: Type.Optional(
    Type.Literal(true, {
      description: 'Only those whose last attempt failed, or whose breaker is not closed.',
    }),
  ),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Only those that have this text in name, description, URL or id, in whatever case.',
    }),
  ),
  eventType: Type.Optional(Type.String({ description: 'Only those whose patterns take this type.' })),
});

export const WebhookParams = closed({ id: Type.String() });

export type WebhookRoutesParts = Pick<
  NativeParts,
  | 'webhooks'
  | 'store'
  | 'cursors'
  | 'once'
  | 'clock'
  | 'health'
  | 'policyOf'
  | 'judgeTarget'
  | 'newSigning'
  | 'profile'
> & { readonly dialects: DialectsByName };

export function webhookRoutes(app: FastifyInstance, parts: WebhookRoutesParts): void {
  const { webhooks, store, cursors, once, clock, dialects } = parts;
  const by: Judgement = parts;
  const show = showingWith(parts);
  const tags = ['Webhooks'] as const;

  app.get(
    '/webhooks',
    operation('listWebhooks', {
      summary: 'List webhooks of every dialect, oldest first',
      description: '`from` and `to` are about their creation.',
      tags,
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('Webhook#')) },
    }),
    async (request) => {
      const query = request.query as Static<typeof ListQuery>;
      const { tenantId } = request.caller.principal;
      const list = { tenantId, list: 'webhooks' };
      const page = await store.listWebhooks(tenantId, filterOf(query), cursors.pageRequest(list, query));
      const stored = await store.healthOf(
        tenantId,
        page.rows.map(({ id }) => id),
      );
      return cursors.page(list, page, (webhook) => show(webhook, stored.get(webhook.id)));
    },
  );

  app.post(
    '/webhooks',
    operation('createWebhook', {
      summary: 'Create a webhook',
      tags,
      body: WebhookIn,
      response: { 201: named('WebhookWithSecret', 'Created; the secret is in this answer only') },
    }),
    async (request, reply) => {
      const given = request.body as WebhookIn;
      const { tenantId } = request.caller.principal;
      const answer = await once<Webhook>(
        request,
        async (remember) => {
          const draft = await newWebhook(given, by, tenantId, clock.wall());
          const wireId = wireIdFor(dialectNamed(draft.dialect, dialects));
          return webhooks.create(request.caller, draft, wireId, remember);
        },
        {
          fresh: (webhook) => ({
            status: 201,
            body: JSON.stringify({
              ...show(webhook),
              ...(dialectNamed(webhook.dialect, dialects).settings.makesSecret && newSecretOf(webhook)),
            }),
          }),
          stored: (webhook) => ({ status: 201, body: JSON.stringify(show(webhook)) }),
          completed: (stored) => withWireId(stored, tenantId),
        },
      );
      return sendOnce(reply.header('etag', etagOf({ version: 1 })), answer);
    },
  );

  app.get(
    '/webhooks/:id',
    operation('getWebhook', {
      summary: 'A webhook',
      tags,
      params: WebhookParams,
      response: { 200: named('Webhook', 'The webhook; its `ETag` is for `If-Match`') },
    }),
    async (request, reply) => {
      const { tenantId } = request.caller.principal;
      const webhook = await webhooks.get(tenantId, readWebhookId(request));
      const stored = await store.healthOf(tenantId, [webhook.id]);
      return reply.header('etag', etagOf(webhook)).send(show(webhook, stored.get(webhook.id)));
    },
  );

  app.patch(
    '/webhooks/:id',
    operation('updateWebhook', {
      summary: 'Change a webhook',
      description: 'With `If-Match`, only the version that was seen is changed.',
      tags,
      params: WebhookParams,
      headers: IfMatch,
      body: WebhookPatch,
      response: { 200: named('Webhook', 'The changed webhook') },
    }),
    async (request, reply) => {
      const patch = request.body as WebhookPatch;
      const { id, ifVersion } = await readTarget(request, webhooks);
      const change = (stored: Webhook) => changedWebhook(stored, patch, by, clock.wall());
      const webhook = await webhooks.update(request.caller, id, change, ifVersion);
      return reply.header('etag', etagOf(webhook)).send(show(webhook));
    },
  );

  app.delete(
    '/webhooks/:id',
    operation('deleteWebhook', {
      summary: 'Delete a webhook',
      description: 'Its scheduled deliveries are cancelled; what was delivered stays in the log.',
      tags,
      params: WebhookParams,
      headers: IfMatch,
      response: { 204: empty('Deleted; no attempt starts any more') },
    }),
    async (request, reply) => {
      const { id, ifVersion } = await readTarget(request, webhooks);
      await webhooks.remove(request.caller, id, ifVersion);
      return reply.code(204).send();
    },
  );

  /** The answer to a create is stored before the webhook has its wire id, which never changes. */
  async function withWireId({ status, body }: StoredAnswer, tenantId: TenantId): Promise<StoredAnswer> {
    const shown = JSON.parse(body) as ReturnType<typeof show>;
    const webhook = await store.getWebhook(tenantId, shown.id);
    return { status, body: JSON.stringify({ ...shown, wireId: webhook?.wireId ?? null }) };
  }
}

/** Shows webhooks with their health as of now; what this node does not know of it is on record. */
export function showingWith({
  dialects,
  health,
  policyOf,
  clock,
}: Pick<WebhookRoutesParts, 'dialects' | 'health' | 'policyOf' | 'clock'>): (
  webhook: Webhook,
  stored?: WebhookHealth,
) => ReturnType<typeof showWebhook> {
  return (webhook, stored = healthy) => {
    const known = health(webhook.id);
    return showWebhook(webhook, { dialects, health: known === healthy ? stored : known, policyOf, clock });
  };
}

/** What can't be an id is as unknown as an id that is not there. */
export function readWebhookId(request: FastifyRequest): string {
  const { id } = request.params as Static<typeof WebhookParams>;
  if (!isId('wh', id)) throw notFound('webhook');
  return id;
}

/** The webhook that the request is about, and the version of it that `If-Match` allows to be changed. */
export async function readTarget(
  request: FastifyRequest,
  webhooks: Pick<NativeParts['webhooks'], 'get'>,
): Promise<{ readonly id: WebhookId; readonly ifVersion: number | undefined }> {
  const id = readWebhookId(request);
  const { version } = await webhooks.get(request.caller.principal.tenantId, id);
  return { id, ifVersion: expectedVersion(request, version) };
}

function wireIdFor({ settings }: OtherDialect): WireIdSource {
  return settings.wireId === 'given' ? { kind: 'given', value: randomUUID() } : { kind: settings.wireId };
}

function filterOf(query: Static<typeof ListQuery>): WebhookFilter {
  const eventType = readType(query.eventType, 'eventType').type;
  return {
    ...readCreatedBetween(query),
    ...(query.state === undefined ? {} : { state: query.state }),
    ...(query.dialect === undefined ? {} : { dialect: query.dialect }),
    ...(query.failing === undefined ? {} : { failing: true }),
    ...(query.q === undefined ? {} : { text: query.q }),
    ...(eventType === undefined ? {} : { eventType }),
  };
}
