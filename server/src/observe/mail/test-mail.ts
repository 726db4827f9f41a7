// The mail that a person sends to find out whether mails arrive: at once, beside the outbox, and tried once.

import type { Clock } from '../../domain/clock.ts';
import { sendInTime } from './outbox.ts';
import { html, plainText } from './render.ts';
import type { MailOutcome, SendMail } from './transport.ts';

/** Never rejects. */
export type SendTestMail = (to: string) => Promise<MailOutcome>;

export function makeSendTestMail(parts: {
  readonly send: SendMail;
  readonly clock: Clock;
  /** Where this installation is reached. */
  readonly apiUrl: string;
}): SendTestMail {
  const { send, clock, apiUrl } = parts;
  return (to) => {
    const at = clock.wall();
    const letter = {
      subject: 'Posthorn can send you mails',
      lead: ['Somebody, most likely you, asked for this mail to find out whether mails arrive.'],
      facts: [{ name: 'Installation', value: apiUrl }],
      steps: ['Nothing. Mails about webhooks will come from the same sender.'],
    };
    const { subject } = letter;
    const mail = { id: `test.${at}`, to: [to], subject, text: plainText(letter), html: html(letter), at };
    return sendInTime(send, mail, clock, new AbortController());
  };
}
