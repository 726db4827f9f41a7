// How mails leave this installation: by which server, from whom, and what they advise to call.

import { isIPv4 } from 'node:net';
import { secondMs } from '../domain/clock.ts';
import { isMailAddress } from '../domain/mail-address.ts';
import type { Config } from '../config.ts';
import type { MailParts } from '../observe/mail/mails.ts';
import { sendBySmtp } from '../observe/mail/smtp.ts';
import { urlOf } from './listen.ts';

/** What mails need to know of webhooks and people. */
export type MailSources = Pick<MailParts, 'webhookOf' | 'administratorsOf' | 'mailRulesOf'>;

export type MailSettings = Pick<
  Config,
  'smtpUrl' | 'mailFrom' | 'publicUrl' | 'host' | 'port' | 'retentionDays'
>;

/** How long mails that are on their way may delay a stop. */
export const mailStopMs = 3 * secondMs;

/** `machine` is the machine's name: mails come from it where neither a sender nor a public URL is set. */
export function mailing(
  { smtpUrl, mailFrom, publicUrl, host, port, retentionDays }: MailSettings,
  machine: string,
): Pick<MailParts, 'send' | 'apiUrl' | 'retentionDays'> & {
  readonly server: string | null;
  readonly from: string;
} {
  const from = mailFrom ?? defaultSender(publicUrl, machine);
  return {
    from,
    server: smtpUrl === null ? null : new URL(smtpUrl.reveal()).host,
    send: smtpUrl === null ? undefined : sendBySmtp(smtpUrl, from),
    apiUrl: publicUrl ?? urlOf(host, port),
    retentionDays,
  };
}

/** Who mails come from where no sender is set. */
export function defaultSender(publicUrl: string | null, machine: string): string {
  const address = `posthorn@${publicUrl === null ? machine : mailHostOf(new URL(publicUrl))}`;
  return `Posthorn <${isMailAddress(address) ? address : 'posthorn@localhost'}>`;
}

/** In an address, an IP address stands in brackets (RFC 5321 §4.1.3). */
function mailHostOf({ hostname }: URL): string {
  if (isIPv4(hostname)) return `[${hostname}]`;
  return hostname.replace(/^\[/, '[IPv6:');
}
