// What takes a mail out of the house: a port, so that deciding and queueing know nothing of SMTP.

import type { Instant } from '../../domain/clock.ts';

export type Mail = {
  /** The same at each try, so that a mail that came twice can be told. */
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly at: Instant;
};

export type MailOutcome =
  /** `refused`: the recipients that the server did not take, while it took others. */
  | { readonly kind: 'sent'; readonly refused: readonly string[] }
  /** `permanent`: the server will say the same next time. */
  | { readonly kind: 'failed'; readonly permanent: boolean; readonly detail: string };

/** Never rejects; lets go of its connection when `cut` is aborted. */
export type SendMail = (mail: Mail, cut: AbortSignal) => Promise<MailOutcome>;
