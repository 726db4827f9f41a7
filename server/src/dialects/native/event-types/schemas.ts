// Event types on the wire: a tenant's own, and those that a dialect brings.

import { Type, type Static } from 'typebox';
import { dialectNames } from '../../../domain/webhook.ts';
import { closed, nullable, oneOf, Time, TimeOrNull } from '../wire/schemas.ts';

const Name = Type.String({ examples: ['invoice.paid'] });
const Description = Type.String({ maxLength: 2_000 });
const Group = nullable(Type.String({ minLength: 1, maxLength: 128 }));
const Schema = Type.Unsafe<unknown>({
  description: 'A JSON Schema (draft 2020-12) of `data`.',
  examples: [{ type: 'object', required: ['invoice'], properties: { invoice: { type: 'string' } } }],
});
const Examples = Type.Array(Type.Unknown(), { maxItems: 20, description: 'Examples of `data`.' });

export const EventTypeIn = closed(
  {
    name: Name,
    description: Type.Optional(Description),
    group: Type.Optional(Group),
    schema: Type.Optional(Schema),
    examples: Type.Optional(Examples),
  },
  { title: 'Event type to create', examples: [{ name: 'invoice.paid', group: 'billing' }] },
);
export type EventTypeIn = Static<typeof EventTypeIn>;

export const EventTypePatch = closed(
  {
    description: Type.Optional(nullable(Description)),
    group: Type.Optional(Group),
    examples: Type.Optional(nullable(Examples)),
    archived: Type.Optional(
      Type.Boolean({
        description: 'An archived type is kept for what was published, and not offered any more.',
      }),
    ),
  },
  { title: 'Change of an event type', description: 'A JSON merge patch (RFC 7396).' },
);
export type EventTypePatch = Static<typeof EventTypePatch>;

export const SchemaIn = closed({ schema: Schema }, { title: 'Next version of the schema' });
export type SchemaIn = Static<typeof SchemaIn>;

const members = {
  name: Name,
  dialect: oneOf(dialectNames, { description: "`native` for the tenant's own." }),
  builtIn: Type.Boolean({ description: 'Whether it comes with a dialect and can not be changed.' }),
  description: Type.String(),
  group: nullable(Type.String()),
  schemaVersion: nullable(Type.Integer({ description: 'The newest; null without a schema.' })),
  archivedAt: TimeOrNull,
  createdAt: TimeOrNull,
  updatedAt: TimeOrNull,
};

export const EventTypeSummary = closed(members, { $id: 'EventTypeSummary' });

export const EventTypeDetail = closed(
  {
    ...members,
    schemas: Type.Array(closed({ version: Type.Integer(), schema: Type.Unknown(), createdAt: Time }), {
      description: 'Oldest first. Versions are added, never changed.',
    }),
    examples: Type.Array(Type.Unknown()),
  },
  { $id: 'EventType' },
);
