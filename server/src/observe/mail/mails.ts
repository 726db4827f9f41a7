// Listens to signals for what is worth a mail about a webhook, and sees to it that people get it.
//
// signal ─ noticeOf ─▶ desk: webhook, rules, recipients, letter ─▶ outbox ─▶ transport
//
// A signal is only put on the desk: neither the database nor a mail server can hold up whoever said it.

import type { Clock } from '../../domain/clock.ts';
import { isMailAddress } from '../../domain/mail-address.ts';
import type { MailRules } from '../../domain/mail-rules.ts';
import { makeMemory } from '../../domain/memory.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { Webhook, WebhookId } from '../../domain/webhook.ts';
import type { Log } from '../log.ts';
import type { Listener } from '../signals.ts';
import { errorText, letterOf, titleOf, type Letter } from './letter.ts';
import { isSpaced, isWanted, noticeOf, spacingMs, type Notice } from './notice.ts';
import { makeOutbox, within, type MailResult, type MailSummary } from './outbox.ts';
import { makeQueue } from './queue.ts';
import { html, plainText } from './render.ts';
import { makeStandings } from './standing.ts';
import type { SendMail } from './transport.ts';

export type MailParts = {
  readonly clock: Clock;
  readonly webhookOf: (tenantId: TenantId, id: WebhookId) => Promise<Webhook | undefined>;
  /** Addresses. */
  readonly administratorsOf: (tenantId: TenantId) => Promise<readonly string[]>;
  readonly mailRulesOf: (webhook: Webhook) => MailRules;
  readonly say: Log['say'];
  readonly count: (result: MailResult) => void;
  /** Undefined where no mail server is configured: the log then says what the mails would have. */
  readonly send: SendMail | undefined;
  /** Base of the native API, for what the mails advise. */
  readonly apiUrl: string;
  readonly retentionDays: number;
};

export interface Mails {
  readonly listen: Listener;
  /** Hears nothing from now on; what is on its way has `withinMs` to go out. */
  readonly stop: (withinMs: number) => Promise<void>;
}

const noticesMax = 1_000;
const recipientsMax = 100;
const offendersMax = 20;

export function makeMails(parts: MailParts): Mails {
  const { clock, webhookOf, mailRulesOf, say, count } = parts;
  const standings = makeStandings(clock);
  const outbox = parts.send && makeOutbox({ send: parts.send, clock, say, count });
  const desk = makeQueue<Notice>(noticesMax, handle);
  /** Webhooks that had a mail lately, and those of which a failure was found not to be worth one. */
  const recent = makeMemory<'mailed' | 'considered'>(clock, spacingMs);
  let stopped = false;

  /** Takes care that a webhook which fails a thousand times a minute is looked up once in the spacing. */
  function listen(signal: Parameters<Listener>[0]): void {
    standings.listen(signal);
    const notice = noticeOf(signal);
    if (notice === undefined || stopped) return;
    const lately = recent.get(notice.webhookId);
    if (isSpaced(notice) && lately === 'mailed') return;
    if (notice.kind === 'failed') {
      if (lately !== undefined) return;
      recent.put(notice.webhookId, 'considered');
    }
    if (desk.add(notice)) return;
    const { tenantId, webhookId, kind } = notice;
    count('dropped');
    say('warn', 'mail dropped', { tenantId, webhookId, detail: `too many wait to be written: ${kind}` });
  }

  async function handle(notice: Notice): Promise<void> {
    try {
      await write(notice);
    } catch (cause) {
      const { tenantId, webhookId } = notice;
      count('failed');
      say('error', 'mail could not be written', { tenantId, webhookId, cause });
    }
  }

  async function write(notice: Notice): Promise<void> {
    const { tenantId, webhookId } = notice;
    const webhook = await webhookOf(tenantId, webhookId);
    if (webhook === undefined) return;
    const rules = mailRulesOf(webhook);
    if (!isWanted(notice, rules, webhook)) return;
    if (isSpaced(notice) && recent.get(webhookId) === 'mailed') return;
    recent.put(webhookId, 'mailed');
    const standing = standings.of(webhookId);
    const { apiUrl, retentionDays } = parts;
    const offenders = await offendersOf(notice);
    const letter = letterOf({ notice, webhook, rules, standing, offenders, apiUrl, retentionDays });
    // For the log: what a receiver wrote stays out of it.
    const error = errorText(notice, standing.failure && { ...standing.failure, phrase: '' });
    const summary = { tenantId, webhookId, subject: letter.subject, error };
    await address(letter, summary, { notice, webhook, rules });
  }

  async function address(
    letter: Letter,
    summary: MailSummary,
    { notice, webhook, rules }: { notice: Notice; webhook: Webhook; rules: MailRules },
  ): Promise<void> {
    if (outbox === undefined) {
      const hint = 'set SMTP_URL to have such mails sent';
      return say('warn', 'mail not sent: no mail server', { ...summary, hint });
    }
    const to = await recipientsOf(webhook, rules);
    if (to.length === 0) {
      const hint =
        'give an administrator of the tenant an e-mail address, or the webhook recipients of its own';
      return say('warn', 'mail not sent: no recipient', { ...summary, hint });
    }
    const at = clock.wall();
    const id = `${notice.kind}.${webhook.id}.${at}`;
    outbox.add({ id, to, subject: letter.subject, text: plainText(letter), html: html(letter), at }, summary);
  }

  async function recipientsOf(webhook: Webhook, rules: MailRules): Promise<readonly string[]> {
    const own = usable(rules.recipients(webhook));
    return own.length > 0 ? own : usable(await parts.administratorsOf(webhook.tenantId));
  }

  /** The webhooks whose failures throttle the server, as far as they are the tenant's own: of others nobody is told. */
  async function offendersOf(notice: Notice): Promise<readonly string[]> {
    if (notice.kind !== 'throttled') return [];
    const own = notice.offenders.filter(({ tenantId }) => tenantId === notice.tenantId);
    const titles: string[] = [];
    for (const { tenantId, webhookId } of own.slice(0, offendersMax)) {
      const webhook = await webhookOf(tenantId, webhookId);
      if (webhook !== undefined) titles.push(titleOf(webhook, mailRulesOf(webhook)));
    }
    return own.length > offendersMax ? [...titles, `${own.length - offendersMax} more`] : titles;
  }

  return {
    listen,
    async stop(withinMs) {
      stopped = true;
      const endMs = clock.monotonicMs() + withinMs;
      await within(clock, withinMs, desk.idle());
      for (const { tenantId, webhookId } of desk.takeAll()) {
        count('dropped');
        say('warn', 'mail dropped', { tenantId, webhookId, detail: 'the server stopped' });
      }
      await outbox?.stop(Math.max(0, endMs - clock.monotonicMs()));
    },
  };
}

function usable(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses.filter(isMailAddress))].slice(0, recipientsMax);
}
