// Event types as rows.

import type { EventType, EventTypeSchema } from '../../domain/event-type.ts';
import type { EventTypeRow } from '../schema.ts';

export function eventTypeRow(type: EventType): EventTypeRow {
  return {
    id: type.id,
    tenant_id: type.tenantId,
    name: type.name,
    description: type.description,
    type_group: type.group,
    schemas: JSON.stringify(type.schemas),
    examples: JSON.stringify(type.examples),
    archived_at: type.archivedAt,
    created_at: type.createdAt,
    updated_at: type.updatedAt,
  };
}

export function eventTypeOf(row: EventTypeRow): EventType {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    description: row.description,
    group: row.type_group,
    schemas: JSON.parse(row.schemas) as EventTypeSchema[],
    examples: JSON.parse(row.examples) as unknown[],
    archivedAt: row.archived_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
