// Xurrent's own settings in the native API: what UI and command line can set that only this wire knows.

import { Type, type Static } from 'typebox';
import type { DialectSettings } from '../../api/dialect.ts';
import { isMailAddress } from '../../domain/mail-address.ts';
import { invalid, type FieldProblem } from '../../domain/refusal.ts';
import type { TenantId } from '../../domain/tenant.ts';
import { policyIdOf, type Webhook } from '../../domain/webhook.ts';
import { jwtAlgorithms, linkable, type WebhookPolicy } from '../../domain/webhook-policy.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Ids } from '../../domain/id.ts';
import { askedNow } from '../../domain/verification.ts';
import type { WebhookDraft } from '../../manage/webhooks.ts';
import type { PolicyRegistry } from '../../manage/policy-registry.ts';
import { isXurrentEvent, verifyEvent } from './catalogue.ts';
import { eventOf, nothingStored, storedOf, uriOf, type Stored } from './stored.ts';
import { signingBy, subscriptionTo, timeoutMs } from './webhooks/webhook-change.ts';
import {
  addressesIn,
  nameLengthMax,
  referenceLengthMax,
  sourceIDLengthMax,
  sourceLengthMax,
  targetRules,
} from './webhooks/webhook-in.ts';

const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(
  schema: Schema,
  description: string,
) => Type.Optional(Type.Union([schema, Type.Null()], { description }));

const Settings = Type.Object(
  {
    mailExceptionsTo: orNull(
      Type.Array(Type.String({ maxLength: 254 }), { maxItems: 20 }),
      "E-mail addresses that hear of failures; null tells the tenant's administrators.",
    ),
    policy: orNull(
      Type.Integer({ minimum: 1 }),
      'Number of the webhook policy that signs deliveries as JWTs; null sends them unsigned.',
    ),
    openidConnectDiscovery: Type.Optional(
      Type.Boolean({ description: 'Whether tokens name their key and the issuer below which it is found.' }),
    ),
    appOfferingReferences: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: referenceLengthMax }), {
        maxItems: 1_000,
        description: 'Narrows `app_instance.*` events to these app offerings.',
      }),
    ),
    source: orNull(Type.String({ maxLength: sourceLengthMax }), 'Where the webhook comes from.'),
    sourceID: orNull(Type.String({ maxLength: sourceIDLengthMax }), 'Its id there.'),
  },
  { additionalProperties: false },
);

type Settings = Static<typeof Settings>;

type SettingsParts = Pick<PolicyRegistry, 'policyOf' | 'policyNumbered'> & {
  readonly ids: Ids;
  readonly clock: Clock;
};

export function makeSettings(parts: SettingsParts): DialectSettings {
  return {
    title: 'Xurrent',
    signatures: [
      { scheme: 'jwt', algorithms: jwtAlgorithms },
      { scheme: 'none', algorithms: [] },
    ],
    schema: Settings,
    wireId: 'next_in_installation',
    target: targetRules,
    timeoutMs,
    makesSecret: false,
    apply: (given, current, tenantId) => applied(parts, given, current, tenantId),
    derive: (webhook, before) => derived(parts, webhook, before),
    show: (webhook) => shown(parts, webhook),
    problems,
  };
}

function applied(
  { policyNumbered }: SettingsParts,
  given: Settings,
  current: Webhook | null,
  tenantId: TenantId,
): ReturnType<DialectSettings['apply']> {
  const stored: Stored = current === null ? nothingStored : storedOf(current);
  const addresses = given.mailExceptionsTo;
  refuseBadAddresses(addresses ?? []);
  return {
    ...(given.policy !== undefined && {
      signing: signingBy(
        given.policy === null ? null : policyToLink(policyNumbered(tenantId, given.policy), current),
      ),
    }),
    dialectSettings: {
      ...stored,
      ...(addresses !== undefined && { mailExceptionsTo: addresses?.join(', ') || null }),
      openidConnectDiscovery: given.openidConnectDiscovery ?? stored.openidConnectDiscovery,
      appOfferingReferences: given.appOfferingReferences ?? stored.appOfferingReferences,
      source: given.source === undefined ? stored.source : given.source,
      sourceID: given.sourceID === undefined ? stored.sourceID : given.sourceID,
    },
  };
}

/** One event narrows as the references say; and what is new, moved or unverified asks to be verified (§3.3). */
function derived(
  { ids, clock }: SettingsParts,
  webhook: WebhookDraft,
  before: Webhook | null,
): Pick<Webhook, 'verification' | 'subscription'> {
  const { appOfferingReferences } = storedOf(webhook);
  const isSettled = before?.verification?.kind === 'verified' && uriOf(before) === uriOf(webhook);
  return {
    subscription: { ...webhook.subscription, ...subscriptionTo(eventOf(webhook), appOfferingReferences) },
    verification: isSettled ? before.verification : askedNow(ids.next('evt'), clock.wall()),
  };
}

function policyToLink(policy: WebhookPolicy | undefined, current: Webhook | null): WebhookPolicy {
  const linked = current === null ? null : policyIdOf(current.signing);
  if (policy !== undefined && linkable(policy, linked)) return policy;
  const message = 'The tenant has no enabled webhook policy of this number';
  throw invalid([{ pointer: '/dialectSettings/policy', rule: 'unknown', message }]);
}

function refuseBadAddresses(addresses: readonly string[]): void {
  const bad = addresses.findIndex((address) => !isMailAddress(address));
  if (bad === -1) return;
  const pointer = `/dialectSettings/mailExceptionsTo/${bad}`;
  throw invalid([{ pointer, rule: 'format', message: 'Send one e-mail address, such as ops@example.com' }]);
}

function shown({ policyOf }: SettingsParts, webhook: Webhook): Readonly<Record<string, unknown>> {
  const { mailExceptionsTo, openidConnectDiscovery, appOfferingReferences, source, sourceID } =
    storedOf(webhook);
  const { signing } = webhook;
  return {
    mailExceptionsTo: mailExceptionsTo === null ? null : addressesIn(mailExceptionsTo),
    policy: signing.scheme === 'jwt' ? (policyOf(signing.policyId)?.wireId ?? null) : null,
    openidConnectDiscovery,
    appOfferingReferences,
    source,
    sourceID,
  };
}

/** One event of the catalogue, and a name that fits its wire. */
function problems({
  name,
  subscription: { eventTypes },
}: Pick<Webhook, 'name' | 'subscription'>): readonly FieldProblem[] {
  const found: FieldProblem[] = [];
  if (name.length > nameLengthMax) {
    const message = `The name of a Xurrent webhook has at most ${nameLengthMax} characters`;
    found.push({ pointer: '/name', rule: 'length', message });
  }
  if (eventTypes.length !== 1) {
    const message = 'A Xurrent webhook has exactly one event; create another webhook for another event';
    found.push({ pointer: '/eventTypes', rule: 'one_event', message });
  }
  for (const [index, type] of eventTypes.entries()) {
    if (isXurrentEvent(type) && type !== verifyEvent) continue;
    const message = `A Xurrent webhook subscribes to Xurrent's own events, and ${type} is none that is published`;
    found.push({ pointer: `/eventTypes/${index}`, rule: 'unknown_event_type', message });
  }
  return found;
}
