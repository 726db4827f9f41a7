// `/url-checks`: what would happen if a webhook pointed to a URL, for who is about to fill it in.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { makeRateLimits } from '../../../api/rate-limits.ts';
import { minuteMs } from '../../../domain/clock.ts';
import { Refusal } from '../../../domain/refusal.ts';
import { dialectNames } from '../../../domain/webhook.ts';
import { named, operation } from '../operation.ts';
import type { DialectsByName, NativeParts } from '../parts.ts';
import { dialectNamed } from '../webhooks/webhook-parts.ts';
import { closed, nullable, oneOf, TimeOrNull } from '../wire/schemas.ts';
import { showUrlCheck } from './show-url-check.ts';

const UrlCheckIn = closed(
  {
    url: Type.String({ minLength: 1, maxLength: 4_096, examples: ['https://example.com/hooks'] }),
    dialect: Type.Optional(
      oneOf(dialectNames, { description: 'Whose rules and time-out count; `native` by default.' }),
    ),
    send: Type.Optional(
      Type.Boolean({
        description: 'Whether a request goes out, true by default; else only the rules are told.',
      }),
    ),
  },
  { title: 'URL to check', examples: [{ url: 'https://example.com/hooks' }] },
);

const Ms = Type.Number({ description: 'What this phase alone took.' });
const MsOrNull = nullable(Ms);
const CertificateName = Type.String({ examples: ['CN=example.com'] });

export const UrlCheck = closed(
  {
    ok: Type.Boolean({
      description: 'Nothing is wrong with the URL, and where a request went out it was answered, however.',
    }),
    problems: Type.Array(closed({ code: Type.String(), message: Type.String() }), {
      description: 'The rules that the URL breaks; then no request goes out.',
    }),
    dns: nullable(
      closed(
        { addresses: nullable(Type.Array(Type.String())), ms: Ms },
        { description: 'Null where no name was looked up; `addresses` only of a target that is allowed.' },
      ),
    ),
    connectMs: MsOrNull,
    tls: nullable(
      closed(
        {
          protocol: Type.String({ examples: ['TLSv1.3'] }),
          issuer: CertificateName,
          subject: CertificateName,
          validTo: TimeOrNull,
          ms: MsOrNull,
        },
        { description: 'What the handshake showed, for a bad certificate too; `ms` is null then.' },
      ),
    ),
    response: nullable(
      closed({
        status: Type.Integer(),
        ms: Ms,
        note: nullable(
          Type.String({ description: 'What the status says about deliveries; null for 200 to 299.' }),
        ),
      }),
    ),
    outcome: nullable(
      oneOf(['success', 'failure', 'error', 'platform'], {
        description:
          'Of the request, as of an attempt; null when none went out. A `failure` often says only that the receiver answers nothing but POST: see `note`.',
      }),
    ),
    error: nullable(
      closed(
        {
          code: Type.String(),
          message: Type.String(),
          hint: Type.String({ description: 'What can be done about it.' }),
        },
        { description: 'Why no answer came.' },
      ),
    ),
  },
  { $id: 'UrlCheck', description: 'Times are those of the receiver at this moment.' },
);

const perMinute = 30;

export function urlCheckRoutes(
  app: FastifyInstance,
  { checkUrl, clock, dialects }: Pick<NativeParts, 'checkUrl' | 'clock'> & { dialects: DialectsByName },
): void {
  const limits = makeRateLimits(clock, [{ limit: perMinute, lengthMs: minuteMs }]);

  app.post(
    '/url-checks',
    operation('checkUrl', {
      summary: 'Check whether a URL can be delivered to',
      description: `Sends one HEAD through the address guard: nothing is signed, stored or counted, and a receiver does nothing about it. At most ${perMinute} a minute for each caller.`,
      keepsAnswer: false,
      tags: ['Webhooks'],
      body: UrlCheckIn,
      response: { 200: named('UrlCheck', 'What was found, whatever that was') },
    }),
    async (request) => {
      const { url, dialect = 'native', send = true } = request.body as Static<typeof UrlCheckIn>;
      const { settings } = dialectNamed(dialect, dialects);
      const { waitMs } = limits.take(request.caller.principal.id);
      if (waitMs > 0) {
        const message = `At most ${perMinute} checks a minute`;
        throw new Refusal('too_many_requests', message, { retryAfterMs: waitMs });
      }
      const asked = { url, rules: settings.target, timeoutMs: settings.timeoutMs, send };
      return showUrlCheck(await checkUrl(request.caller, asked));
    },
  );
}
