// `/notifications`: who in the tenant is told of what by mail, and whether mails leave at all.

import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { makeRateLimits } from '../../../api/rate-limits.ts';
import { may } from '../../../domain/access.ts';
import { minuteMs } from '../../../domain/clock.ts';
import type { MailRules } from '../../../domain/mail-rules.ts';
import { Refusal } from '../../../domain/refusal.ts';
import { dialectNames } from '../../../domain/webhook.ts';
import { named, operation } from '../operation.ts';
import type { DialectsByName, NativeParts } from '../parts.ts';
import { closed, nullable, oneOf } from '../wire/schemas.ts';

const notices = ['failed', 'failing', 'disabled', 'throttled'] as const;
type Notice = (typeof notices)[number];

export const NotificationsOut = closed(
  {
    mail: nullable(
      closed({
        server: nullable(
          Type.String({ description: 'Host and port; null for who may not view the system.' }),
        ),
        from: Type.String(),
      }),
    ),
    recipients: Type.Array(Type.String(), {
      description:
        'Addresses of the administrators of the tenant: they are told of webhooks that name no recipients of their own.',
    }),
    ownAddress: nullable(Type.String({ description: 'Where a test mail to the caller goes.' })),
    notices: Type.Array(
      closed({
        dialect: oneOf(dialectNames),
        of: Type.Array(
          oneOf(notices, {
            description:
              '`failed`: a delivery failed, at most one mail in 20 minutes. `failing`: none has succeeded for a day, for three days. `disabled`: after long failure, or a 410. `throttled`: its server keeps failing.',
          }),
        ),
      }),
      { description: 'What mails tell of the webhooks of each dialect.' },
    ),
  },
  { $id: 'Notifications', description: '`mail` is null where no mail server is set: the log tells it then.' },
);

export const TestMailOut = closed(
  {
    to: Type.String(),
    outcome: oneOf(['sent', 'failed']),
    detail: nullable(Type.String({ description: 'What the mail server said, or kept it from being asked.' })),
  },
  { $id: 'TestMail' },
);

const perMinute = 5;

export function notificationRoutes(
  app: FastifyInstance,
  {
    mail,
    administratorsOf,
    addressOf,
    dialects,
    clock,
  }: Pick<NativeParts, 'mail' | 'administratorsOf' | 'addressOf' | 'clock'> & {
    readonly dialects: DialectsByName;
  },
): void {
  const limits = makeRateLimits(clock, [{ limit: perMinute, lengthMs: minuteMs }]);
  const tags = ['System'] as const;

  app.get(
    '/notifications',
    operation('getNotifications', {
      summary: 'Who is told of what by mail',
      tags,
      response: { 200: named('Notifications', 'Of the tenant of the caller') },
    }),
    async ({ caller }) => {
      const { principal } = caller;
      const seesServer = may(principal, 'SYSTEM:VIEW');
      return {
        mail: mail === null ? null : { server: seesServer ? mail.server : null, from: mail.from },
        recipients: await administratorsOf(principal.tenantId),
        ownAddress: (await addressOf(principal)) ?? null,
        notices: [...dialects.values()].map((dialect) => ({
          dialect: dialect.name,
          of: noticesBy(dialect.mail),
        })),
      };
    },
  );

  app.post(
    '/notifications/test',
    operation('sendTestMail', {
      summary: 'Send a test mail to yourself',
      description: `Tells what the mail server said. At most ${perMinute} a minute for each caller.`,
      keepsAnswer: false,
      tags,
      response: { 200: named('TestMail', 'What became of it') },
    }),
    async ({ caller }) => {
      const to = await addressOf(caller.principal);
      if (mail === null) throw new Refusal('conflict', 'No mail server is set (SMTP_URL)');
      if (to === undefined)
        throw new Refusal('conflict', 'You have no e-mail address: sign in as a user who has');
      const { waitMs } = limits.take(caller.principal.id);
      if (waitMs > 0) {
        const message = `At most ${perMinute} test mails a minute`;
        throw new Refusal('too_many_requests', message, { retryAfterMs: waitMs });
      }
      const outcome = await mail.sendTest(to);
      if (outcome.kind === 'failed') return { to, outcome: 'failed', detail: outcome.detail };
      const refused = outcome.refused.length > 0;
      return refused
        ? { to, outcome: 'failed', detail: 'The mail server does not take mails for this address' }
        : { to, outcome: 'sent', detail: null };
    },
  );
}

function noticesBy({ failures }: MailRules): readonly Notice[] {
  return [failures === 'each' ? 'failed' : 'failing', 'disabled', 'throttled'];
}
