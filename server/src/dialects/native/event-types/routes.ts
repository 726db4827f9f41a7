// `/event-types`: the tenant's catalogue beside the dialects' built-in ones.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { CataloguedType, EventType } from '../../../domain/event-type.ts';
import { Refusal } from '../../../domain/refusal.ts';
import { dialectNames, type DialectName } from '../../../domain/webhook.ts';
import type { EventTypeFilter, PageRequest } from '../../../api/reads.ts';
import { empty, named, operation } from '../operation.ts';
import type { DialectsByName, NativeParts } from '../parts.ts';
import { headedPage } from '../wire/headed-page.ts';
import { closed, oneOf, PageQuery, pageOf, WindowQuery } from '../wire/schemas.ts';
import { sendOnce } from '../wire/send-once.ts';
import { readCreatedBetween, showTime, showTimeOrNull } from '../wire/times.ts';
import { EventTypeIn, EventTypePatch, SchemaIn } from './schemas.ts';

const ListQuery = closed({
  ...PageQuery,
  ...WindowQuery,
  state: Type.Optional(oneOf(['active', 'archived'])),
  dialect: Type.Optional(
    oneOf(dialectNames, { description: "Only the catalogue of this dialect; `native` is the tenant's own." }),
  ),
});

const Params = closed({ name: Type.String() });

type BuiltIn = CataloguedType & { readonly dialect: DialectName };

export type EventTypeRoutesParts = Pick<NativeParts, 'eventTypes' | 'cursors' | 'once'> & {
  readonly dialects: DialectsByName;
};

export function eventTypeRoutes(app: FastifyInstance, parts: EventTypeRoutesParts): void {
  const { eventTypes, cursors, once } = parts;
  const builtIn: BuiltIn[] = [...parts.dialects.values()].flatMap(({ name, catalogue }) =>
    catalogue.map((type) => ({ ...type, dialect: name })),
  );
  const tags = ['Event types'] as const;

  app.get(
    '/event-types',
    operation('listEventTypes', {
      summary: 'List event types, built-in ones first',
      description:
        '`from` and `to` are about their creation, and leave out the built-in ones; those are always active.',
      tags,
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('EventTypeSummary#')) },
    }),
    async (request) => {
      const query = request.query as Static<typeof ListQuery>;
      const filter = filterOf(query);
      const { tenantId } = request.caller.principal;
      const list = { tenantId, list: `event-types/${query.dialect ?? ''}` };
      const head = takesBuiltIn(query)
        ? builtIn.filter(({ dialect }) => query.dialect === undefined || dialect === query.dialect)
        : [];
      const listOwn = (page: PageRequest) =>
        query.dialect === undefined || query.dialect === 'native'
          ? eventTypes.list(tenantId, filter, page)
          : Promise.resolve({ rows: [], next: null, previous: null });
      const page = await headedPage(head, listOwn, cursors.pageRequest(list, query));
      return cursors.page(list, page, (type) => ('dialect' in type ? showBuiltIn(type) : showOwn(type)));
    },
  );

  app.post(
    '/event-types',
    operation('createEventType', {
      summary: 'Create an event type',
      tags,
      body: EventTypeIn,
      response: { 201: named('EventType', 'Created') },
    }),
    async (request, reply) => {
      const {
        name,
        description = '',
        group = null,
        schema = null,
        examples = [],
      } = request.body as EventTypeIn;
      const answer = (type: EventType) => ({ status: 201, body: JSON.stringify(showWhole(type)) });
      const act = (remember?: Parameters<typeof eventTypes.create>[2]) =>
        eventTypes.create(request.caller, { name, description, group, schema, examples }, remember);
      return sendOnce(reply, await once(request, act, { fresh: answer, stored: answer }));
    },
  );

  app.get(
    '/event-types/:name',
    operation('getEventType', {
      summary: 'An event type with its schema versions and examples',
      tags,
      params: Params,
      response: { 200: named('EventType', 'The event type') },
    }),
    async (request) => {
      const name = readName(request);
      const known = builtIn.find((type) => type.name === name);
      if (known !== undefined) return { ...showBuiltIn(known), schemas: [], examples: [] };
      return showWhole(await eventTypes.get(request.caller.principal.tenantId, name));
    },
  );

  app.patch(
    '/event-types/:name',
    operation('updateEventType', {
      summary: 'Change or archive an event type',
      tags,
      params: Params,
      body: EventTypePatch,
      response: { 200: named('EventType', 'The changed event type') },
    }),
    async (request) => {
      const { description, group, examples, archived } = request.body as EventTypePatch;
      const change = {
        ...(description === undefined ? {} : { description: description ?? '' }),
        ...(group === undefined ? {} : { group }),
        ...(examples === undefined ? {} : { examples: examples ?? [] }),
        ...(archived === undefined ? {} : { archived }),
      };
      return showWhole(await eventTypes.update(request.caller, readOwnName(request), change));
    },
  );

  app.post(
    '/event-types/:name/schemas',
    operation('addEventTypeSchema', {
      summary: 'Add the next version of the schema',
      tags,
      params: Params,
      body: SchemaIn,
      response: { 201: named('EventType', 'The event type with the new version last') },
    }),
    async (request, reply) => {
      const name = readOwnName(request);
      const { schema } = request.body as SchemaIn;
      const answer = (type: EventType) => ({ status: 201, body: JSON.stringify(showWhole(type)) });
      const act = (remember?: Parameters<typeof eventTypes.update>[3]) =>
        eventTypes.update(request.caller, name, { schema }, remember);
      return sendOnce(reply, await once(request, act, { fresh: answer, stored: answer }));
    },
  );

  app.delete(
    '/event-types/:name',
    operation('deleteEventType', {
      summary: 'Take an event type out of the catalogue',
      description: 'What was published stays, and events of the type are still accepted.',
      tags,
      params: Params,
      response: { 204: empty('Deleted') },
    }),
    async (request, reply) => {
      await eventTypes.remove(request.caller, readOwnName(request));
      return reply.code(204).send();
    },
  );

  function readOwnName(request: FastifyRequest): string {
    const name = readName(request);
    if (builtIn.some((type) => type.name === name)) throw builtInStays(name);
    return name;
  }
}

function filterOf(query: Static<typeof ListQuery>): EventTypeFilter {
  return {
    ...readCreatedBetween(query),
    ...(query.state === undefined ? {} : { state: query.state }),
  };
}

/** A built-in type was never created and is never archived. */
function takesBuiltIn({ from, to, state }: Static<typeof ListQuery>): boolean {
  return from === undefined && to === undefined && state !== 'archived';
}

function readName(request: FastifyRequest): string {
  return (request.params as Static<typeof Params>).name;
}

function builtInStays(name: string): Refusal {
  return new Refusal('conflict', `'${name}' comes with a dialect and can not be changed`);
}

function showBuiltIn({ name, dialect, description, group }: BuiltIn) {
  return {
    name,
    dialect,
    builtIn: true,
    description,
    group,
    schemaVersion: null,
    archivedAt: null,
    createdAt: null,
    updatedAt: null,
  };
}

function showOwn({ name, description, group, schemas, archivedAt, createdAt, updatedAt }: EventType) {
  return {
    name,
    dialect: 'native',
    builtIn: false,
    description,
    group,
    schemaVersion: schemas.at(-1)?.version ?? null,
    archivedAt: showTimeOrNull(archivedAt),
    createdAt: showTime(createdAt),
    updatedAt: showTime(updatedAt),
  };
}

function showWhole(type: EventType) {
  return {
    ...showOwn(type),
    schemas: type.schemas.map(({ version, schema, createdAt }) => ({
      version,
      schema,
      createdAt: showTime(createdAt),
    })),
    examples: type.examples,
  };
}
