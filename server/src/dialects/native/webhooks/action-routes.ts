// What a person does to a webhook besides changing it: test, pause, resume, verify or have it
// verified, rotate its secret.

import type { FastifyInstance } from 'fastify';
import { bodyReader } from '../../../api/read-body.ts';
import { bodyAsIs } from '../../../api/query.ts';
import { hourMs } from '../../../domain/clock.ts';
import { Secret } from '../../../domain/secret.ts';
import type { Webhook } from '../../../domain/webhook.ts';
import type { Remember } from '../../../manage/remember.ts';
import { showTested } from '../deliveries/show-attempt.ts';
import { named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { sendOnce } from '../wire/send-once.ts';
import { expectedVersion, IfMatch } from '../wire/versions.ts';
import { readTarget, readWebhookId, showingWith, WebhookParams, type WebhookRoutesParts } from './routes.ts';
import { SecretRotation } from './schemas.ts';
import { newSecretOf } from './show-webhook.ts';

const graceMsDefault = 24 * hourMs;
const rotationReader = bodyReader(SecretRotation);

export function webhookActionRoutes(
  app: FastifyInstance,
  parts: WebhookRoutesParts & Pick<NativeParts, 'testWebhook'>,
): void {
  const { webhooks, once, testWebhook } = parts;
  const show = showingWith(parts);
  const tags = ['Webhooks'] as const;
  const params = WebhookParams;

  app.post(
    '/webhooks/:id/test',
    operation('testWebhook', {
      summary: 'Send a test request now',
      description:
        "The dialect's ping, or a sample event of type `posthorn.test`, signed like a delivery and sent in any state of the webhook. It changes nothing and counts in no statistics; no answer is kept, so that each call sends, with an `Idempotency-Key` too.",
      keepsAnswer: false,
      tags,
      params,
      headers: IfMatch,
      response: { 200: named('TestAttempt', 'What was sent and what came back, whatever that was') },
    }),
    async (request) => {
      const webhook = await webhooks.get(request.caller.principal.tenantId, readWebhookId(request));
      expectedVersion(request, webhook.version);
      return showTested(await testWebhook(request.caller, webhook));
    },
  );

  for (const [verb, operationId, act, summary, description] of [
    ['pause', 'pauseWebhook', 'pause', 'Keep deliveries waiting until it is resumed', undefined],
    ['resume', 'resumeWebhook', 'resume', 'Make a paused or disabled webhook active again', undefined],
    [
      'verify',
      'verifyWebhook',
      'markVerified',
      'Take a webhook as verified',
      'Your word in place of the answer of its receiver, for a webhook whose verification is pending. A verified one stays as it is.',
    ],
    [
      'verification',
      'renewVerification',
      'renewVerification',
      'Ask its receiver again whether it wants the events',
      'While its verification is pending: a new message is sent, which alone counts from now on. A verified one stays as it is.',
    ],
  ] as const) {
    app.post(
      `/webhooks/:id/${verb}`,
      operation(operationId, {
        summary,
        ...(description === undefined ? {} : { description }),
        tags,
        params,
        headers: IfMatch,
        response: { 200: named('Webhook', 'The webhook in its new state') },
      }),
      async (request, reply) => {
        const answer = (webhook: Webhook) => ({ status: 200, body: JSON.stringify(show(webhook)) });
        const change = async (remember?: Remember<Webhook>) => {
          const { id, ifVersion } = await readTarget(request, webhooks);
          return webhooks[act](request.caller, id, { ifVersion, remember });
        };
        return sendOnce(reply, await once(request, change, { fresh: answer, stored: answer }));
      },
    );
  }

  app.post(
    '/webhooks/:id/secrets/rotate',
    {
      ...operation('rotateWebhookSecret', {
        summary: 'Give it a new signing secret or key pair',
        description:
          'The body may be left out. By Standard Webhooks the old secrets go on signing beside the new one for `graceMs`; by HTTP Message Signatures the oldest alone does, and the next follows once it has expired. A new public key is published at once, an old one until 24 hours after it expired.',
        tags,
        params,
        headers: IfMatch,
        body: SecretRotation,
        response: { 200: named('WebhookWithSecret', 'A new secret is in this answer only') },
      }),
      validatorCompiler: bodyAsIs,
    },
    async (request, reply) => {
      const given = request.bytes.length === 0 ? {} : rotationReader.read(request.bytes);
      const { secret, graceMs = graceMsDefault } = given;
      const rotation = { graceMs, ...(secret === undefined ? {} : { secret: new Secret(secret) }) };
      const answer = await once<Webhook>(
        request,
        async (remember) => {
          const { id, ifVersion } = await readTarget(request, webhooks);
          return webhooks.rotateSecret(request.caller, id, rotation, { ifVersion, remember });
        },
        {
          fresh: (webhook) => ({
            status: 200,
            body: JSON.stringify({ ...show(webhook), ...newSecretOf(webhook) }),
          }),
          stored: (webhook) => ({ status: 200, body: JSON.stringify(show(webhook)) }),
        },
      );
      return sendOnce(reply, answer);
    },
  );
}
