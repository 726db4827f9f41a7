// The states of webhooks, deliveries and attempts as badges: the same word and colour on every page.

import type { Attempt, DeliveryState, Webhook } from '../api/types.ts';
import * as texts from '../texts/texts.ts';
import { Badge, type Tone } from './badge.tsx';
import { exact } from './time.tsx';

const deliveryTones: Readonly<Record<DeliveryState, Tone>> = {
  scheduled: 'warn',
  delivered: 'good',
  exhausted: 'bad',
  cancelled: 'quiet',
  skipped: 'quiet',
};

export function DeliveryStateBadge({ state }: { readonly state: DeliveryState }) {
  return <Badge tone={deliveryTones[state]}>{texts.states.delivery[state]}</Badge>;
}

const outcomeTones: Readonly<Record<Attempt['outcome'], Tone>> = {
  success: 'good',
  failure: 'warn',
  error: 'bad',
  platform: 'quiet',
};

/** What came of an attempt: the status that was answered, or why there was no answer. */
export function OutcomeBadge({
  attempt: { outcome, status, error },
}: {
  readonly attempt: Pick<Attempt, 'outcome' | 'status' | 'error'>;
}) {
  const text = status === null ? (nameOfError(error) ?? texts.states.outcome[outcome]) : String(status);
  return (
    <Badge tone={outcomeTones[outcome]} title={texts.states.outcome[outcome]}>
      {text}
    </Badge>
  );
}

/** A newer server may tell of errors that are not known here. */
function nameOfError(error: string | null): string | null {
  if (error === null) return null;
  const known = texts.attemptErrors as Readonly<Record<string, { readonly name: string } | undefined>>;
  return known[error]?.name ?? error;
}

/** What keeps a webhook from delivering, the worst first; otherwise that it delivers. */
export function WebhookStateBadge({
  webhook: { state, stateReason, breaker, failingSince, verification },
}: {
  readonly webhook: Pick<Webhook, 'state' | 'stateReason' | 'breaker' | 'failingSince' | 'verification'>;
}) {
  const words = texts.states.webhook;
  if (state === 'disabled') {
    return <Badge tone="bad">{stateReason === null ? words.disabled : words.disabledBy[stateReason]}</Badge>;
  }
  if (state === 'paused') return <Badge tone="quiet">{words.paused}</Badge>;
  if (breaker.state !== 'closed') return <Badge tone="bad">{words.breaker[breaker.state]}</Badge>;
  if (failingSince !== null) {
    return (
      <Badge tone="warn" title={words.failingSince(exact(failingSince))}>
        {words.failing}
      </Badge>
    );
  }
  if (verification?.state === 'pending') return <Badge tone="warn">{words.unverified}</Badge>;
  return <Badge tone="good">{words.active}</Badge>;
}

export function DialectBadge({ dialect }: { readonly dialect: Webhook['dialect'] }) {
  return <Badge>{texts.states.dialect[dialect]}</Badge>;
}
