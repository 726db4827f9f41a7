// Entrust's own settings in the native API: what UI and command line can set that only this wire knows.

import { Type, type Static } from 'typebox';
import type { DialectSettings } from '../../api/dialect.ts';
import { dayMs, type Clock } from '../../domain/clock.ts';
import type { FieldProblem } from '../../domain/refusal.ts';
import type { Webhook } from '../../domain/webhook.ts';
import type { NewSigning } from '../../manage/new-signing.ts';
import { isEntrustEvent } from './catalogue.ts';
import { expiryIn, timeoutMs } from './translate/webhook-change.ts';
import { expiryDaysMax, hasGoodLength, nameLengthMax, targetRules } from './translate/webhook-in.ts';

const Settings = Type.Object(
  {
    expiryDays: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: expiryDaysMax,
        description:
          'Days for which the webhook stays active, from now and whenever it becomes active; 0 is for ever.',
      }),
    ),
  },
  { additionalProperties: false },
);

type Settings = Static<typeof Settings>;

export type SettingsParts = { readonly newMessageSigning: NewSigning; readonly clock: Clock };

export function makeSettings({ newMessageSigning, clock }: SettingsParts): DialectSettings {
  return {
    title: 'Entrust IDaaS',
    signatures: [{ scheme: 'http-message-signature', algorithms: ['hmac-sha256'] }],
    schema: Settings,
    wireId: 'given',
    target: targetRules,
    timeoutMs,
    makesSecret: true,
    apply: ({ expiryDays }: Settings, current) => ({
      ...(current === null && { signing: newMessageSigning() }),
      ...(expiryDays !== undefined && { expiry: expiryIn(expiryDays, clock.wall()) }),
    }),
    show: ({ expiry }) => ({
      expiryDays: expiry === null ? 0 : expiry.afterMs / dayMs,
      expiresAt: expiry === null ? null : new Date(expiry.at).toISOString(),
    }),
    problems,
  };
}

/** Entrust knows no patterns and no event types but its own. */
function problems({ name, subscription }: Pick<Webhook, 'name' | 'subscription'>): readonly FieldProblem[] {
  const found = subscription.eventTypes.flatMap((type, index): FieldProblem[] => {
    if (isEntrustEvent(type)) return [];
    const message = `An Entrust webhook subscribes to Entrust's own events, and ${type} is none of them`;
    return [{ pointer: `/eventTypes/${index}`, rule: 'unknown_event_type', message }];
  });
  if (name.trim() !== name || !hasGoodLength(name)) {
    const message = `The name of an Entrust webhook has 1 to ${nameLengthMax} characters, with no space around them`;
    found.push({ pointer: '/name', rule: 'length', message });
  }
  return found;
}
