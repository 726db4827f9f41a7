// What the store says no to when a webhook is written, as the refusal that its caller gets.

import { invalid, Refusal } from '../domain/refusal.ts';
import type { DialectName, WebhookLimits } from '../domain/webhook.ts';
import { LimitReached, PolicyMissing, type WebhookLimit } from '../storage/port/store-errors.ts';

/** What a dialect lets a tenant have of its webhooks; undefined: as many as it likes, of any names. */
export type LimitsOf = (dialect: DialectName) => WebhookLimits | undefined;

/** Throws the refusal for a missing policy or a limit that is reached; other errors as they are. */
export function refusalOfStore(limits: WebhookLimits | undefined): (error: unknown) => never {
  return (error) => {
    if (error instanceof PolicyMissing) throw policyMissing();
    if (error instanceof LimitReached && limits !== undefined) throw limitReached(error.limit, limits);
    throw error;
  };
}

function policyMissing(): Refusal {
  const message = 'There is no such webhook policy';
  return invalid([{ pointer: '/policyId', rule: 'unknown_policy', message }]);
}

function limitReached(rule: WebhookLimit, { allMax, activeMax }: WebhookLimits): Refusal {
  const [pointer, message] = {
    name_taken: ['/name', 'Another webhook has this name; names differ without regard to case'],
    all_max: ['', `There are ${allMax} webhooks of this dialect, and more are not allowed; delete one`],
    active_max: [
      '/state',
      `${activeMax} webhooks are active, and more are not allowed; switch one off first`,
    ],
  }[rule] as [string, string];
  return new Refusal('conflict', message, { problems: [{ pointer, rule, message }] });
}
