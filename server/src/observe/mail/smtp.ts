// The mail server of the operator, by SMTP: the one connection out of the process that does not go through the address guard.

import { createTransport, type NodemailerError } from 'nodemailer';
import { secondMs } from '../../domain/clock.ts';
import type { Secret } from '../../domain/secret.ts';
import type { MailOutcome, SendMail } from './transport.ts';

/** `url` as `SMTP_URL` takes it; `from` is a mailbox such as `Posthorn <posthorn@example.com>`. */
export function sendBySmtp(url: Secret, from: string): SendMail {
  // What the URL says wins; the accepted options are in config/mail.ts.
  const transport = createTransport({
    url: url.reveal(),
    connectionTimeout: 10 * secondMs,
    greetingTimeout: 10 * secondMs,
    dnsTimeout: 10 * secondMs,
    socketTimeout: 20 * secondMs,
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const host = /@([^@>]+)>?$/.exec(from)?.[1] ?? 'localhost';

  return async ({ id, to, subject, text, html, at }, cut) => {
    try {
      const info = await transport.sendMail({
        from,
        to: to.map((address) => ({ name: '', address })),
        subject,
        text,
        html,
        messageId: `<${id}@${host}>`,
        date: new Date(at),
        // Nobody's out-of-office should answer (RFC 3834 §5).
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: cut,
      });
      return { kind: 'sent', refused: info.rejected };
    } catch (error) {
      return failed(error as NodemailerError, url);
    }
  };
}

/** A wrong password stays wrong; of the server's other answers, 5xx are final (RFC 5321 §4.2.1). */
function failed(error: NodemailerError, url: Secret): MailOutcome {
  const { code = 'unknown', responseCode, permanent = false, message } = error;
  if (code === 'EAUTH') {
    const detail = `the mail server refused user name and password (${responseCode ?? 'without a status'})`;
    return { kind: 'failed', permanent, detail };
  }
  return { kind: 'failed', permanent, detail: withoutPassword(`${code}: ${message}`, url) };
}

/** Servers repeat in their answers what they were sent, in clear or in the base64 of SMTP's AUTH. */
function withoutPassword(text: string, url: Secret): string {
  const { username, password } = new URL(url.reveal());
  if (password === '') return text;
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  const base64 = (plain: string) => Buffer.from(plain).toString('base64');
  const forms = [password, pass, base64(pass), base64(`\0${user}\0${pass}`)];
  return forms.reduce((rest, form) => rest.replaceAll(form, '[secret]'), text);
}
