// What Posthorn sends, in the document's `webhooks` section: one entry for each event type that a dialect brings, and
// one for every other type.

import type { DialectsByName } from '../parts.ts';

export function webhooksSection(dialects: DialectsByName): Readonly<Record<string, object>> {
  const catalogued = [...dialects.values()].flatMap(({ name, catalogue }) =>
    catalogue.map((type) => [type.name, entryOf(type.name, `${type.description} (${name})`)] as const),
  );
  return {
    'any-event-type': entryOf(undefined, 'An event of any type that the webhook subscribed to.'),
    ...Object.fromEntries(catalogued),
  };
}

function entryOf(type: string | undefined, summary: string): object {
  return {
    post: {
      summary,
      description:
        'As a native webhook gets it: Standard Webhooks. Webhooks of other dialects get the format of their original.',
      security: [],
      parameters: [
        header('webhook-id', "The event's id, the same for every attempt and redelivery."),
        header('webhook-timestamp', 'When this attempt was signed, in seconds since 1970.'),
        header(
          'webhook-signature',
          '`v1,` and an HMAC-SHA256 in base64 for each active secret, separated by spaces.',
        ),
      ],
      requestBody: { required: true, content: { 'application/json': { schema: envelope(type) } } },
      responses: {
        '2XX': { description: 'Received. Anything else is tried again.' },
        '410': { description: 'Wants nothing more: the webhook is disabled.' },
      },
    },
  };
}

function header(name: string, description: string): object {
  return { in: 'header', name, required: true, description, schema: { type: 'string' } };
}

function envelope(type: string | undefined): object {
  return {
    type: 'object',
    required: ['type', 'timestamp', 'data'],
    properties: {
      type: { type: 'string', ...(type === undefined ? {} : { const: type }) },
      timestamp: { type: 'string', format: 'date-time', description: 'When it happened.' },
      data: { type: 'object', description: 'Byte for byte as published.' },
    },
  };
}
