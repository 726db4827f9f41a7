// Xurrent's webhooks (formerly 4me, white-labelled as R-Service): unmodified clients administer them here, unmodified
// receivers verify and take their deliveries.

import type { Authenticate, GrantToken } from '../../api/authenticate.ts';
import type { Dialect } from '../../api/dialect.ts';
import type { SendTestMessage } from '../../deliver/test-message.ts';
import { hourMs, secondMs, type Clock } from '../../domain/clock.ts';
import type { Ids } from '../../domain/id.ts';
import type { RetrySchedule } from '../../domain/retry-schedule.ts';
import type { Emit } from '../../domain/signal.ts';
import type { JudgeTarget } from '../../domain/target.ts';
import { operatorTenantName, type TenantId } from '../../domain/tenant.ts';
import type { DeliveryProfile, WebhookId } from '../../domain/webhook.ts';
import type { WebhookHealth } from '../../domain/webhook-health.ts';
import type { PolicyRegistry } from '../../manage/policy-registry.ts';
import type { WebhookPolicies } from '../../manage/webhook-policies.ts';
import type { Webhooks } from '../../manage/webhooks.ts';
import { makeAddresses, type AddressSettings } from './addresses.ts';
import { catalogue } from './catalogue.ts';
import { makeFormat, makeTestRequest } from './format.ts';
import { makeMailRules } from './mail.ts';
import { makePolicyCalls } from './policies/calls.ts';
import type { Reads } from './reads.ts';
import { makeRateLimits } from '../../api/rate-limits.ts';
import { mountRoutes } from './routes.ts';
import { makeRules, type VerificationSetting } from './rules.ts';
import { makeSettings } from './settings.ts';
import { makeWebhookCalls } from './webhooks/calls.ts';

export type XurrentParts = {
  readonly webhooks: Webhooks;
  readonly policies: WebhookPolicies;
  readonly registry: Pick<PolicyRegistry, 'policyOf' | 'policyNumbered'>;
  readonly store: Reads;
  /** Takes a token as Bearer, and from older clients as the user name of HTTP Basic. */
  readonly authenticate: Authenticate;
  readonly grantToken: GrantToken;
  readonly judgeTarget: JudgeTarget;
  readonly sendTestMessage: SendTestMessage;
  readonly health: (id: WebhookId) => WebhookHealth;
  readonly forgetFailures: (id: WebhookId) => Promise<void>;
  /** The name of a tenant, from memory. */
  readonly tenantName: (id: TenantId) => string;
  readonly publicUrl: () => string;
  /** Makes the codes of verification messages. */
  readonly codeKey: Uint8Array;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly emit: Emit;
  readonly settings: XurrentSettings;
};

export type XurrentSettings = AddressSettings & {
  /** Account id of the tenant `default`; the others' are their names. */
  readonly account: string;
  readonly verification: VerificationSetting;
  /** Of the `faithful` profile. */
  readonly schedule: RetrySchedule;
  /** Requests of one caller; 0 switches the limit off. */
  readonly perHour: number;
  readonly perTwoSeconds: number;
  /** Whether a policy may sign with `none`. */
  readonly allowsUnsecured: boolean;
  /** `xurrent`, `4me` or `r-service`: stands in the `User-Agent` of deliveries. */
  readonly brand: string;
  readonly docsUrl: string;
  /** Of new webhooks. */
  readonly profile: DeliveryProfile;
};

export function makeXurrentDialect(parts: XurrentParts): Dialect {
  const { webhooks, registry, store, settings, clock, codeKey } = parts;
  const addresses = makeAddresses(settings, parts.publicUrl);
  const accountOf = (tenantId: TenantId): string => {
    const name = parts.tenantName(tenantId);
    return name === operatorTenantName ? settings.account : name;
  };
  const formatting = {
    addresses,
    accountOf,
    codeKey,
    policyOf: registry.policyOf,
    userAgent: `${settings.brand}/1.0 (${settings.docsUrl}/webhooks)`,
  };
  const showing = {
    nodeDomain: () => addresses.nodeDomain,
    healthOf: parts.health,
    policyOf: registry.policyOf,
  };
  const webhookCalls = makeWebhookCalls({
    ...parts,
    sendTest: parts.sendTestMessage,
    showing,
    brand: settings.brand,
    profile: settings.profile,
  });
  const policyCalls = makePolicyCalls({ ...parts, showing, allowsUnsecured: settings.allowsUnsecured });
  return {
    name: 'xurrent',
    routes: (app) =>
      mountRoutes(app, {
        webhooks: webhookCalls,
        policies: policyCalls,
        verify: { store, webhooks, codeKey, addresses, clock },
        discovery: { store, addresses, accountOf, clock },
        grantToken: parts.grantToken,
        authenticate: parts.authenticate,
        addresses,
        accountOf,
        limits: makeRateLimits(clock, [
          { limit: settings.perTwoSeconds, lengthMs: 2 * secondMs },
          { limit: settings.perHour, lengthMs: hourMs },
        ]),
        quotaQuestions: makeRateLimits(clock, [{ limit: 1, lengthMs: secondMs }]),
        docsUrl: settings.docsUrl,
        clock,
        emit: parts.emit,
      }),
    format: makeFormat(formatting),
    rules: makeRules(settings),
    catalogue,
    settings: makeSettings({ ...registry, ids: parts.ids, clock }),
    testRequest: makeTestRequest(formatting),
    keepsLastExchange: false,
    mail: makeMailRules({ addresses, accountOf }),
  };
}
