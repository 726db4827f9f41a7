// The OpenAPI 3.1 document, made from the schemas that the routes are checked with.

import type { FastifyInstance } from 'fastify';
import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { DialectsByName } from '../parts.ts';
import { AuditEntryOut } from '../access/audit.ts';
import { ApiKeyOut, ApiKeyWithToken } from '../access/api-keys.ts';
import { ClientOut, ClientWithSecret, PrincipalOut, UserOut } from '../access/principal-schemas.ts';
import { CurrentPortalLink, PortalLinkOut, PortalLinkWithUrl } from '../access/portal-link-schemas.ts';
import { RoleOut } from '../access/roles.ts';
import { SessionOut } from '../access/session.ts';
import { sessionCookieName } from '../access/session-cookie.ts';
import { TenantOut } from '../access/tenants.ts';
import {
  Attempt,
  CancelledDeliveries,
  DeliveryDetail,
  DeliverySummary,
  RetriedDeliveries,
  TestAttempt,
} from '../deliveries/schemas.ts';
import {
  Accepted,
  AcceptedBatch,
  CloudEventIn,
  EventDetail,
  EventIn,
  EventSummary,
  ReplayedEventOut,
  RoutedWebhook,
} from '../events/schemas.ts';
import { EventTypeDetail, EventTypeSummary } from '../event-types/schemas.ts';
import { FilterCheck } from '../filters/schemas.ts';
import { IssueOut } from '../issues/routes.ts';
import { LiveNewsOut } from '../live/routes.ts';
import { DialectOut } from '../dialects.ts';
import { ReplayCount, ReplayOut } from '../replays/schemas.ts';
import { NodeOut } from '../nodes.ts';
import { SettingOut } from '../system/configuration.ts';
import { NotificationsOut, TestMailOut } from '../system/notifications.ts';
import { StorageOut } from '../system/storage.ts';
import { UrlCheck } from '../url-checks/routes.ts';
import { LastExchangeOut } from '../webhooks/last-exchange-routes.ts';
import { WebhookPolicyOut, WebhookPolicyWithSecret } from '../webhook-policies.ts';
import { WebhookOut, WebhookWithSecret } from '../webhooks/schemas.ts';
import { Statistics, TenantStatistics, WebhooksStatistics } from '../statistics/routes.ts';
import { Problem } from '../wire/schemas.ts';
import { webhooksSection } from './webhooks-section.ts';

/** What requests and answers are made of, by name. */
export const components = [
  Accepted,
  AcceptedBatch,
  ApiKeyOut,
  ApiKeyWithToken,
  Attempt,
  AuditEntryOut,
  CancelledDeliveries,
  ClientOut,
  ClientWithSecret,
  CurrentPortalLink,
  CloudEventIn,
  DeliveryDetail,
  DeliverySummary,
  DialectOut,
  EventDetail,
  EventIn,
  EventSummary,
  EventTypeDetail,
  EventTypeSummary,
  IssueOut,
  LiveNewsOut,
  LastExchangeOut,
  NodeOut,
  NotificationsOut,
  PortalLinkOut,
  PortalLinkWithUrl,
  PrincipalOut,
  Problem,
  ReplayCount,
  ReplayOut,
  ReplayedEventOut,
  RetriedDeliveries,
  RoleOut,
  RoutedWebhook,
  SessionOut,
  SettingOut,
  Statistics,
  StorageOut,
  TenantOut,
  TenantStatistics,
  TestAttempt,
  TestMailOut,
  UrlCheck,
  FilterCheck,
  UserOut,
  WebhookOut,
  WebhooksStatistics,
  WebhookPolicyOut,
  WebhookPolicyWithSecret,
  WebhookWithSecret,
];

const description = `Publish an event once; Posthorn finds the webhooks that subscribed to it, signs, delivers, retries and records.

Send an API key, or a client's access token, as \`Authorization: Bearer …\`; people in a browser sign in at \`/session\`. Times are ISO 8601 in UTC. Lists are pages \`{data, next, previous}\`; pass \`next\` or \`previous\` as \`cursor\`. Every POST but those of tests and sessions takes an \`Idempotency-Key\` (1 to 255 printable ASCII characters), kept for 7 days: a repetition gets the first answer, without its secrets. Errors are problem details (RFC 9457) with a \`code\` and, in \`errors\`, a JSON pointer for each field.`;

/** Collects the routes registered after it in this part of the server; then \`app.swagger()\` answers the document. */
export async function describeRoutes(
  app: FastifyInstance,
  { version, dialects }: { readonly version: string; readonly dialects: DialectsByName },
): Promise<void> {
  for (const component of components) app.addSchema(component);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Posthorn', version, description, license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: '/' }],
      security: [{ apiKey: [] }, { session: [] }],
      tags: [
        { name: 'Events', description: 'Publish events and see who was owed them.' },
        { name: 'Event types', description: 'The catalogue of what can be published.' },
        { name: 'Webhooks', description: 'Who gets which events, where and how.' },
        {
          name: 'Webhook policies',
          description: 'Keys and claims that Xurrent webhooks share to sign with.',
        },
        { name: 'Deliveries', description: 'What is owed, what happened, and what to do about it.' },
        { name: 'Session', description: 'Signing in and out, for people in a browser.' },
        { name: 'Statistics', description: 'How it goes, in numbers.' },
        { name: 'Issues', description: 'What goes wrong now.' },
        { name: 'Live', description: 'Look on while it happens.' },
        { name: 'Replays', description: 'Many deliveries again, or the events that a webhook missed.' },
        { name: 'Tenants' },
        { name: 'Principals', description: 'The users who sign in, and the clients that get access tokens.' },
        { name: 'Roles' },
        { name: 'API keys' },
        {
          name: 'Portal links',
          description: "Short-lived links to a page where a tenant's people see to their webhooks.",
        },
        { name: 'Audit' },
        { name: 'System', description: 'How this installation is set up.' },
        { name: 'Nodes', description: 'The processes that share the work.' },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key or an access token.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: sessionCookieName(false),
            description: `For pages of Posthorn's own origin. Over https its name is \`${sessionCookieName(true)}\`.`,
          },
        },
      },
      webhooks: webhooksSection(dialects),
    } as NonNullable<FastifyDynamicSwaggerOptions['openapi']>,
    refResolver: { buildLocalReference: ({ $id }) => $id as string },
    convertConstToEnum: false,
  });
}
