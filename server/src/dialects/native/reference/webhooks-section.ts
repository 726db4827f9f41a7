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
        'As a native webhook gets it: signed by Standard Webhooks, or by HTTP Message Signatures where it was created so. Webhooks of other dialects get the format of their original.',
      security: [],
      parameters: [
        header('webhook-id', "The event's id, the same for every attempt and redelivery.", true),
        header('webhook-timestamp', `When this attempt was signed, in seconds since 1970. ${standard}`),
        header(
          'webhook-signature',
          `\`v1,\` and an HMAC-SHA256 in base64 for each active secret, separated by spaces. ${standard}`,
        ),
        header('content-digest', `\`sha-256\` of the body (RFC 9530). ${message}`),
        header(
          'signature-input',
          `What \`signature\` covers, when it was made, and by which key and algorithm. ${message}`,
        ),
        header('signature', `The one signature, labelled \`sig\` (RFC 9421). ${message}`),
      ],
      requestBody: { required: true, content: { 'application/json': { schema: envelope(type) } } },
      responses: {
        '2XX': { description: 'Received. Anything else is tried again.' },
        '410': { description: 'Wants nothing more: the webhook is disabled.' },
      },
    },
  };
}

const standard = 'Of Standard Webhooks.';
const message = 'Of HTTP Message Signatures.';

function header(name: string, description: string, required = false): object {
  return { in: 'header', name, required, description, schema: { type: 'string' } };
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
