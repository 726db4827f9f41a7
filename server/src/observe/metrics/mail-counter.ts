// What became of the mails that were worth sending.

import { Counter, type Registry } from 'prom-client';
import type { MailResult } from '../mail/outbox.ts';

/** Registers the counter; the answer is what feeds it. */
export function makeMailCounter(registry: Registry): (result: MailResult) => void {
  const mails = new Counter({
    name: 'posthorn_mails_total',
    help: 'Mails about webhooks that were sent, failed for good, or were dropped for want of room or time.',
    labelNames: ['result'],
    registers: [registry],
  });
  // From 0 on, so that an alert sees the first one.
  for (const result of ['sent', 'failed', 'dropped'] as const) mails.inc({ result }, 0);
  return (result) => mails.inc({ result });
}
