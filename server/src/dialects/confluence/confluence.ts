// Confluence Data Center's webhooks: unmodified clients administer them here, unmodified receivers get their deliveries.

import type { Authenticate } from '../../api/authenticate.ts';
import type { Dialect } from '../../api/dialect.ts';
import type { Clock } from '../../domain/clock.ts';
import type { SendTest } from '../../domain/exchange.ts';
import type { Ids } from '../../domain/id.ts';
import { noticesToAdministrators } from '../../domain/mail-rules.ts';
import type { Random } from '../../domain/random.ts';
import type { Emit } from '../../domain/signal.ts';
import type { JudgeTarget } from '../../domain/target.ts';
import type { DeliveryProfile } from '../../domain/webhook.ts';
import type { Webhooks } from '../../manage/webhooks.ts';
import { makeCalls } from './calls.ts';
import { catalogue } from './catalogue.ts';
import { makeFormat, makePing } from './format.ts';
import type { Reads } from './reads.ts';
import { mountRoutes } from './routes.ts';
import { rules } from './rules.ts';
import { makeSettings } from './settings.ts';
import type { Shapes } from './translate/webhook-out.ts';

export type ConfluenceParts = {
  readonly webhooks: Pick<Webhooks, 'create' | 'update' | 'remove'>;
  readonly store: Reads;
  readonly authenticate: Authenticate;
  readonly judgeTarget: JudgeTarget;
  /** Sends a test's ping through the address guard. Never rejects. */
  readonly ping: SendTest;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly emit: Emit;
  readonly settings: ConfluenceSettings;
};

export type ConfluenceSettings = {
  readonly shapes: Shapes;
  readonly maskSecret: boolean;
  readonly contextPath: string;
  /** Base of `_links`; null takes the host that was asked. */
  readonly publicUrl: string | null;
  /** Of deliveries and pings. */
  readonly userAgent: string;
  /** Of new webhooks. */
  readonly profile: DeliveryProfile;
};

export function makeConfluenceDialect(parts: ConfluenceParts): Dialect {
  const { authenticate, judgeTarget, ping, clock, random, ids, emit, settings } = parts;
  const pingRequest = makePing(settings.userAgent);
  const test = { judgeTarget, pingRequest, ping, ids, clock, random, profile: settings.profile };
  const calls = makeCalls({ ...parts, test });
  return {
    name: 'confluence',
    routes: (app) => mountRoutes(app, { contextPath: settings.contextPath, authenticate, emit, calls }),
    format: makeFormat(settings.userAgent),
    rules,
    mail: noticesToAdministrators,
    catalogue,
    settings: makeSettings(clock),
    testRequest: (webhook, { messageId }) => pingRequest(webhook.endpoint, messageId),
    keepsLastExchange: true,
  };
}
