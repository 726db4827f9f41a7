// What the store says no to when a webhook is written, as the refusal that its caller gets.

import { invalid, Refusal } from '../domain/refusal.ts';
import type { DialectName, WebhookLimit, WebhookLimits } from '../domain/webhook.ts';
import { LimitReached, PolicyMissing } from '../storage/port/store-errors.ts';

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
  const problems = {
    name_taken: {
      pointer: '/name',
      message: 'Another webhook has this name; names differ without regard to case',
    },
    all_max: {
      pointer: '',
      message: `There are ${allMax} webhooks of this dialect, and more are not allowed; delete one`,
    },
    active_max: {
      pointer: '/state',
      message: `${activeMax} webhooks are active, and more are not allowed; switch one off first`,
    },
  } satisfies Record<WebhookLimit, object>;
  const { pointer, message } = problems[rule];
  return new Refusal('conflict', message, { problems: [{ pointer, rule, message }] });
}
