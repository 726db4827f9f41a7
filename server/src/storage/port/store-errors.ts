// How a store says no: the caller turns these into refusals, waits, or a stop.

import type { WebhookLimit } from '../../domain/webhook.ts';

/** The disk (or its quota) is full: nothing was written, and writing works again once there is space. */
export class StoreFull extends Error {
  override name = 'StoreFull';
}

/** The database can't be reached or lost the connection: a commit may or may not have happened. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}

/** The idempotency key of a change was used before. */
export class KeyUsed extends Error {
  override name = 'KeyUsed';
}

/** The webhook policy that a webhook would sign by is not there, or another tenant's; nothing was changed. */
export class PolicyMissing extends Error {
  override name = 'PolicyMissing';
}

/** A dialect's limit of webhooks is reached, or the name is taken; nothing was changed. */
export class LimitReached extends Error {
  override name = 'LimitReached';
  readonly limit: WebhookLimit;

  constructor(limit: WebhookLimit) {
    super(`the limit ${limit} is reached`);
    this.limit = limit;
  }
}

/** The database failed in a way after which it can't be trusted (I/O error, damage): the process must stop. */
export class StoreBroken extends Error {
  override name = 'StoreBroken';
}
