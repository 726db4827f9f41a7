// A tenant's catalogue of event types, beside the dialects' built-in ones.

import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Caller } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import { isEventType, type CataloguedType, type EventType } from '../domain/event-type.ts';
import type { Ids } from '../domain/id.ts';
import { invalid, notFound, Refusal } from '../domain/refusal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { EventTypeFilter, Page, PageRequest, Store } from '../storage/store.ts';
import { changeOf, type Audit } from './audit.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { Remember } from './remember.ts';

export type EventTypeDraft = {
  readonly name: string;
  readonly description: string;
  readonly group: string | null;
  /** A JSON Schema (2020-12), the first version; null without one. */
  readonly schema: unknown;
  readonly examples: readonly unknown[];
};

/** Absent members stay as they are. A schema becomes a new version. */
type EventTypeChange = {
  readonly description?: string;
  readonly group?: string | null;
  readonly schema?: unknown;
  readonly examples?: readonly unknown[];
  readonly archived?: boolean;
};

export interface EventTypes {
  /** `conflict` when the name is in the tenant's or a built-in catalogue. */
  create(caller: Caller, draft: EventTypeDraft, remember?: Remember<EventType>): Promise<EventType>;
  update(
    caller: Caller,
    name: string,
    change: EventTypeChange,
    remember?: Remember<EventType>,
  ): Promise<EventType>;
  remove(caller: Caller, name: string): Promise<void>;
  get(tenantId: TenantId, name: string): Promise<EventType>;
  list(tenantId: TenantId, filter: EventTypeFilter, page: PageRequest): Promise<Page<EventType>>;
}

export type EventTypesParts = {
  readonly store: Pick<
    Store,
    'createEventType' | 'updateEventType' | 'deleteEventType' | 'getEventType' | 'listEventTypes'
  >;
  readonly builtIn: readonly CataloguedType[];
  readonly audit: Audit;
  readonly clock: Clock;
  readonly ids: Ids;
};

const schemasMax = 100;

export function makeEventTypes({ store, builtIn, audit, clock, ids }: EventTypesParts): EventTypes {
  const builtInNames = new Set(builtIn.map(({ name }) => name));
  const inTurn = oneAtATime();

  return {
    async create(caller, { name, description, group, schema, examples }, remember) {
      const { tenantId } = caller.principal;
      refuseBadName(name);
      if (builtInNames.has(name)) throw taken();
      const now = clock.wall();
      const type: EventType = {
        id: ids.next('typ'),
        tenantId,
        name,
        description,
        group,
        schemas: schema === null ? [] : [{ version: 1, schema: checked(schema), createdAt: now }],
        examples,
        archivedAt: null,
        createdAt: now,
        updatedAt: now,
      };
      const created = await store.createEventType(type, {
        audit: audit.by(caller, tenantId, changed('created', null, type)),
        idempotency: remember?.(type),
      });
      if (created === 'taken') throw taken();
      return type;
    },

    async update(caller, name, change, remember) {
      const { tenantId } = caller.principal;
      return inTurn(`${tenantId}/${name}`, async () => {
        const current = await existing(tenantId, name);
        const type = apply(current, change);
        const updated = await store.updateEventType(type, {
          audit: audit.by(caller, tenantId, changed('updated', current, type)),
          idempotency: remember?.(type),
        });
        if (!updated) throw notFound('event type');
        return type;
      });
    },

    async remove(caller, name) {
      const { tenantId } = caller.principal;
      const current = await existing(tenantId, name);
      const entry = audit.by(caller, tenantId, changed('deleted', current, null));
      if (!(await store.deleteEventType(tenantId, name, { audit: entry }))) throw notFound('event type');
    },

    get: existing,

    list(tenantId, filter, page) {
      return store.listEventTypes(tenantId, filter, page);
    },
  };

  async function existing(tenantId: TenantId, name: string): Promise<EventType> {
    const type = await store.getEventType(tenantId, name);
    if (type === undefined) throw notFound('event type');
    return type;
  }

  function apply(current: EventType, { schema, archived, ...described }: EventTypeChange): EventType {
    const now = clock.wall();
    const archivedAt =
      archived === undefined ? current.archivedAt : archived ? (current.archivedAt ?? now) : null;
    const next = { ...current, ...described, archivedAt, updatedAt: now };
    if (schema === undefined) return next;
    if (current.schemas.length >= schemasMax) {
      throw new Refusal('conflict', `An event type has at most ${schemasMax} schema versions`);
    }
    const version = 1 + Math.max(0, ...current.schemas.map((earlier) => earlier.version));
    return { ...next, schemas: [...current.schemas, { version, schema: checked(schema), createdAt: now }] };
  }
}

const ajv = new Ajv2020({ strict: false, logger: false });

/** Only looks at the schema's form: nothing is compiled, no pattern run. */
function checked(schema: unknown): unknown {
  const form = typeof schema === 'object' && schema !== null && !Array.isArray(schema);
  const dialect = form ? (schema as { $schema?: unknown }).$schema : undefined;
  const known = dialect === undefined || dialect === 'https://json-schema.org/draft/2020-12/schema';
  if (form && known && ajv.validate('https://json-schema.org/draft/2020-12/schema', schema)) return schema;
  const first = form && known ? ajv.errors?.[0] : undefined;
  const where = first === undefined ? '' : first.instancePath;
  const message = `The schema is not a JSON Schema of draft 2020-12${first === undefined ? '' : `: ${first.message}`}`;
  throw invalid([{ pointer: `/schema${where}`, rule: 'json_schema', message }]);
}

function refuseBadName(name: string): void {
  if (isEventType(name)) return;
  const message = 'A name has 1 to 128 of A-Z a-z 0-9 _ . - and no empty part between or beside dots';
  throw invalid([{ pointer: '/name', rule: 'format', message }]);
}

function taken(): Refusal {
  return new Refusal('conflict', 'There is an event type of this name; choose another');
}

function changed(verb: 'created' | 'updated' | 'deleted', before: EventType | null, after: EventType | null) {
  return changeOf('event_type', verb, before, after, shown);
}

/** Schemas and examples may be large: their versions and number tell enough. */
function shown({ name, description, group, schemas, examples, archivedAt }: EventType) {
  return {
    name,
    description,
    group,
    schemaVersions: schemas.map(({ version }) => version),
    examples: examples.length,
    archivedAt,
  };
}
