// Mails on their way out: one at a time, each with a deadline, tried again while the mail server is away, in bounded room.

import { minuteMs, secondMs, type Cancel, type Clock } from '../../domain/clock.ts';
import type { Log } from '../log.ts';
import { makeQueue } from './queue.ts';
import type { Mail, MailOutcome, SendMail } from './transport.ts';

/** What became of a mail: `failed` was given up after its tries, `dropped` found no room or no time before a stop. */
export type MailResult = 'sent' | 'failed' | 'dropped';

/** A mail in short, for the log: it tells what people did not get to read. */
export type MailSummary = {
  readonly tenantId: string;
  readonly webhookId: string;
  readonly subject: string;
  readonly error: string;
};

export type OutboxParts = {
  readonly send: SendMail;
  readonly clock: Clock;
  readonly say: Log['say'];
  readonly count: (result: MailResult) => void;
};

export interface Outbox {
  add(mail: Mail, summary: MailSummary): void;
  /** Tries what waits at once, for `withinMs` at most, and drops the rest. */
  stop(withinMs: number): Promise<void>;
}

type Posting = { readonly mail: Mail; readonly summary: MailSummary; readonly tries: number };

/** Mails that wait for their turn or for another try; what comes beyond is dropped and counted. */
export const mailsMax = 500;
export const sendMsMax = 30 * secondMs;
/** After try 1, 2, …; then the mail is given up. */
export const retryWaitsMs = [10 * secondMs, minuteMs, 5 * minuteMs, 15 * minuteMs];

export function makeOutbox({ send, clock, say, count }: OutboxParts): Outbox {
  const ready = makeQueue(mailsMax, post);
  const later = new Map<Posting, Cancel>();
  let cut = new AbortController();
  let stopping = false;

  function put(posting: Posting): void {
    if (ready.size + later.size >= mailsMax || !ready.add(posting)) drop(posting, 'too many mails wait');
  }

  async function post(posting: Posting): Promise<void> {
    const { mail, summary, tries } = posting;
    cut = new AbortController();
    const outcome = await sendInTime(send, mail, clock, cut);
    if (outcome.kind === 'sent') {
      count('sent');
      say('info', 'mail sent', summary);
      if (outcome.refused.length > 0)
        say('warn', 'mail refused for some of its recipients', { ...summary, refused: outcome.refused });
      return;
    }
    const more = { ...summary, detail: outcome.detail };
    const waitMs = outcome.permanent || stopping ? undefined : retryWaitsMs[tries];
    if (waitMs === undefined) {
      count('failed');
      say('error', 'mail given up', more);
    } else {
      say('warn', 'mail not sent yet', more);
      tryLater({ ...posting, tries: tries + 1 }, waitMs);
    }
  }

  function tryLater(posting: Posting, waitMs: number): void {
    const cancel = clock.after(waitMs, () => {
      later.delete(posting);
      put(posting);
    });
    later.set(posting, cancel);
  }

  function drop({ summary }: Posting, why: string): void {
    count('dropped');
    say('warn', 'mail dropped', { ...summary, detail: why });
  }

  return {
    add: (mail, summary) => put({ mail, summary, tries: 0 }),
    async stop(withinMs) {
      stopping = true;
      for (const cancel of later.values()) cancel();
      const waiting = [...later.keys()];
      later.clear();
      for (const posting of waiting) put(posting);
      await within(clock, withinMs, ready.idle());
      for (const posting of ready.takeAll()) drop(posting, 'the server stopped');
      cut.abort();
      await ready.idle();
    },
  };
}

/** However the transport behaves, it answers after `sendMsMax`, or once it is cut. */
export async function sendInTime(
  send: SendMail,
  mail: Mail,
  clock: Clock,
  cut: AbortController,
): Promise<MailOutcome> {
  const { signal } = cut;
  const cancel = clock.after(sendMsMax, () => cut.abort());
  const late = new Promise<MailOutcome>((resolve) => {
    const detail = 'the mail server did not take it in time';
    signal.addEventListener('abort', () => resolve({ kind: 'failed', permanent: false, detail }));
  });
  const outcome = await Promise.race([send(mail, signal), late]);
  cancel();
  return outcome;
}

/** Waits for a promise that never rejects, but no longer than `ms`. */
export async function within(clock: Clock, ms: number, done: Promise<void>): Promise<void> {
  if (ms <= 0) return;
  const elapsed = Promise.withResolvers<void>();
  const cancel = clock.after(ms, elapsed.resolve);
  await Promise.race([done, elapsed.promise]);
  cancel();
}
