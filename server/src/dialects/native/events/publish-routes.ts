// `POST /events` and `POST /events/batch`: read → publish → 202, in whichever of five spellings.

import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { idempotencyKeyOf } from '../../../api/idempotency.ts';
import { takeBodies } from '../../../api/media-types.ts';
import { bodyAsIs } from '../../../api/query.ts';
import type { Submission } from '../../../publish/publish.ts';
import type { Accepted } from '../../../api/reads.ts';
import { named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { batchEventsMax, readBatch, type BatchType } from './read-batch.ts';
import { sendOnce } from '../wire/send-once.ts';
import { isBinaryCloudEvent, readBinaryCloudEvent, readCloudEvent } from './read-cloud-event.ts';
import { readEvent } from './read-event.ts';

export type PublishRoutesParts = Pick<NativeParts, 'publish' | 'clock' | 'dataBytesMax'>;

const envelopeBytesMax = 64 * 1024;
const batchBytesMax = 8 * 1024 * 1024;

export function publishRoutes(app: FastifyInstance, parts: PublishRoutesParts): void {
  void app.register(async (one) => publishOne(one, parts));
  void app.register(async (many) => publishMany(many, parts));
}

function publishOne(app: FastifyInstance, { publish, clock, dataBytesMax }: PublishRoutesParts): void {
  takeBodies(app, { types: ['application/json', 'application/cloudevents+json'], missing: 'refused' });
  app.post(
    '/events',
    {
      ...operation('publishEvent', {
        summary: 'Publish one event',
        description: `Answers once the event and all its deliveries are stored durably. \`data\` has at most ${dataBytesMax} bytes. A request with \`ce-*\` headers is a CloudEvent in binary mode: its body is the data.`,
        tags: ['Events'],
        body: {
          content: {
            'application/json': { schema: named('EventIn') },
            'application/cloudevents+json': { schema: named('CloudEventIn') },
          },
        },
        response: { 202: named('Accepted', 'Stored; the deliveries are on their way') },
      }),
      bodyLimit: dataBytesMax + envelopeBytesMax,
      validatorCompiler: bodyAsIs,
    },
    async (request, reply) => {
      const submission = readOne(request, dataBytesMax);
      const { accepted, repeated } = await publish(
        request.caller,
        [submission],
        keyOf(request, [submission]),
      );
      return sendOnce(reply, { status: 202, body: JSON.stringify(show(accepted[0]!)), repeated });
    },
  );

  function readOne(request: FastifyRequest, bytesMax: number): Submission {
    if (mediaTypeOf(request) === 'application/cloudevents+json')
      return readCloudEvent(request.bytes, bytesMax);
    if (isBinaryCloudEvent(request.headers))
      return readBinaryCloudEvent(request.headers, request.bytes, bytesMax);
    return readEvent(request.bytes, bytesMax);
  }

  function keyOf(request: FastifyRequest, submissions: readonly Submission[]) {
    const key = idempotencyKeyOf(request, clock);
    if (key === null || !isBinaryCloudEvent(request.headers)) return key;
    // A binary CloudEvent is not in its body alone.
    const hash = createHash('sha256').update(submissions.map(({ bodyHash }) => bodyHash()).join());
    return { ...key, bodyHash: hash.digest('hex') };
  }
}

function publishMany(app: FastifyInstance, { publish, clock, dataBytesMax }: PublishRoutesParts): void {
  const types = ['application/json', 'application/x-ndjson', 'application/cloudevents-batch+json'] as const;
  takeBodies(app, { types, missing: 'refused' });
  app.post(
    '/events/batch',
    {
      ...operation('publishEvents', {
        summary: 'Publish many events, all or none',
        description: `At most ${batchEventsMax} events and ${batchBytesMax} bytes. One bad event refuses the batch; pointers begin with its place, from 0.`,
        tags: ['Events'],
        body: {
          content: {
            'application/json': { schema: batchOf('EventIn') },
            'application/x-ndjson': { schema: named('EventIn') },
            'application/cloudevents-batch+json': { schema: batchOf('CloudEventIn') },
          },
        },
        response: { 202: named('AcceptedBatch', 'All stored; the deliveries are on their way') },
      }),
      bodyLimit: batchBytesMax,
      validatorCompiler: bodyAsIs,
    },
    async (request, reply) => {
      const submissions = await readBatch(mediaTypeOf(request) as BatchType, request.bytes, dataBytesMax);
      const key = idempotencyKeyOf(request, clock);
      const { accepted, repeated } = await publish(request.caller, submissions, key);
      return sendOnce(reply, { status: 202, body: JSON.stringify({ events: accepted.map(show) }), repeated });
    },
  );
}

function batchOf(id: string) {
  return Type.Array(named(id), { minItems: 1, maxItems: batchEventsMax });
}

function mediaTypeOf(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

function show({ eventId, deliveries }: Accepted) {
  return { id: eventId, deliveries };
}
