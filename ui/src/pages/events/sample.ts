// A sample of an event's data: the type's first example, or what its schema asks for. Pure.

import type { EventType } from '../../api/event-types.ts';

export function sampleOf({ examples, schemas }: Pick<EventType, 'examples' | 'schemas'>): string | undefined {
  const sample = examples[0] ?? sampleOfSchema(schemas.at(-1)?.schema, 0);
  return isObject(sample) ? JSON.stringify(sample, null, 2) : undefined;
}

const depthMax = 5;

/** A value that the common parts of JSON Schema allow; `null` for what is not understood. */
function sampleOfSchema(schema: unknown, depth = 0): unknown {
  if (!isObject(schema) || depth > depthMax) return null;
  const { const: fixed, default: standard, examples, enum: choices, type, properties, items } = schema;
  if (fixed !== undefined) return fixed;
  if (standard !== undefined) return standard;
  if (Array.isArray(examples) && examples.length > 0) return examples[0];
  if (Array.isArray(choices) && choices.length > 0) return choices[0];
  const kind: unknown = Array.isArray(type) ? type.find((one) => one !== 'null') : type;
  if (kind === 'object' || isObject(properties)) {
    return Object.fromEntries(
      Object.entries(isObject(properties) ? properties : {}).map(([name, member]) => [
        name,
        sampleOfSchema(member, depth + 1),
      ]),
    );
  }
  if (kind === 'array') return items === undefined ? [] : [sampleOfSchema(items, depth + 1)];
  if (kind === 'string') return textSample(schema['format']);
  if (kind === 'integer' || kind === 'number')
    return typeof schema['minimum'] === 'number' ? schema['minimum'] : 0;
  if (kind === 'boolean') return true;
  return null;
}

function textSample(format: unknown): string {
  switch (format) {
    case 'date-time':
      return '2026-01-01T00:00:00Z';
    case 'date':
      return '2026-01-01';
    case 'email':
      return 'somebody@example.com';
    case 'uri':
      return 'https://example.com/';
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000';
    default:
      return 'text';
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
