// Entrust IDaaS's webhooks (formerly IntelliTrust): unmodified clients of the Administration API manage them here,
// unmodified receivers verify and take their deliveries.

import type { Authenticate, GrantToken } from '../../api/authenticate.ts';
import type { Dialect } from '../../api/dialect.ts';
import type { TryTestMessage } from '../../deliver/test-message.ts';
import type { Clock } from '../../domain/clock.ts';
import { uuidOf } from '../../domain/id.ts';
import { noticesToAdministrators } from '../../domain/mail-rules.ts';
import type { Random } from '../../domain/random.ts';
import type { RetrySchedule } from '../../domain/retry-schedule.ts';
import type { Emit } from '../../domain/signal.ts';
import type { JudgeTarget } from '../../domain/target.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { DeliveryProfile } from '../../domain/webhook.ts';
import type { NewSigning } from '../../manage/new-signing.ts';
import type { Webhooks } from '../../manage/webhooks.ts';
import { makeAuthenticateCall, sessionCookie } from './authenticate.ts';
import { makeCalls } from './calls.ts';
import { catalogue } from './catalogue.ts';
import { makeFormat, makeTestRequest } from './format.ts';
import type { Reads } from './reads.ts';
import { mountRoutes } from './routes.ts';
import { limits, makeRules } from './rules.ts';
import { makeSettings } from './settings.ts';

export type EntrustParts = {
  readonly webhooks: Pick<Webhooks, 'create' | 'update' | 'remove'>;
  readonly store: Reads;
  /** Takes a token alone or as Bearer, with the cookie of its web session where it has one. */
  readonly authenticateTokenWithSession: (cookie: string) => Authenticate;
  readonly grantToken: GrantToken;
  readonly newMessageSigning: NewSigning;
  readonly judgeTarget: JudgeTarget;
  readonly tryTestMessage: TryTestMessage;
  /** The UUID of a tenant, from memory. */
  readonly tenantUuid: (id: TenantId) => string;
  readonly publicUrl: () => string;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly version: string;
  readonly settings: EntrustSettings;
};

export type EntrustSettings = {
  readonly tokenLifetimeS: number;
  /** Of the `faithful` profile. */
  readonly schedule: RetrySchedule;
  /** Of new webhooks. */
  readonly profile: DeliveryProfile;
};

export function makeEntrustDialect(parts: EntrustParts): Dialect {
  const { random, settings, version, tenantUuid } = parts;
  const formatting = { version, accountIdOf: tenantUuid };
  const calls = makeCalls({
    ...parts,
    newUuid: () => uuidOf(random.bytes(16), 4),
    profile: settings.profile,
  });
  return {
    name: 'entrust',
    routes: (app) =>
      mountRoutes(app, {
        authenticate: parts.authenticateTokenWithSession(sessionCookie),
        authenticateCall: makeAuthenticateCall({
          grantToken: parts.grantToken,
          tokenLifetimeS: settings.tokenLifetimeS,
          isSecure: () => parts.publicUrl().startsWith('https:'),
        }),
        calls,
        emit: parts.emit,
      }),
    format: makeFormat(formatting),
    rules: makeRules(settings),
    limits,
    mail: noticesToAdministrators,
    catalogue,
    settings: makeSettings(parts),
    testRequest: makeTestRequest(formatting),
    keepsLastExchange: false,
  };
}
