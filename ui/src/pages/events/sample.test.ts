import { expect, test } from 'vitest';
import { sampleOf } from './sample.ts';

const at = '2026-01-01T00:00:00Z';
const withSchema = (schema: unknown) => ({ examples: [], schemas: [{ version: 1, schema, createdAt: at }] });

test('the first example is the sample, before any schema', () => {
  expect(sampleOf({ ...withSchema({ type: 'object' }), examples: [{ a: 1 }, { a: 2 }] })).toBe(
    '{\n  "a": 1\n}',
  );
});

test('a schema gives a sample with all its members', () => {
  const sample = sampleOf(
    withSchema({
      type: 'object',
      properties: {
        id: { type: 'string', format: 'uuid' },
        state: { enum: ['open', 'closed'] },
        count: { type: 'integer', minimum: 3 },
        fixed: { const: 'x' },
        lines: {
          type: 'array',
          items: { properties: { sku: { type: ['null', 'string'] }, ok: { type: 'boolean' } } },
        },
        odd: { anyOf: [{ type: 'string' }] },
      },
    }),
  );
  expect(JSON.parse(sample!)).toEqual({
    id: '00000000-0000-4000-8000-000000000000',
    state: 'open',
    count: 3,
    fixed: 'x',
    lines: [{ sku: 'text', ok: true }],
    odd: null,
  });
});

test('a schema that refers to itself ends, and one of no object gives nothing', () => {
  const node: Record<string, unknown> = { type: 'object' };
  node['properties'] = { child: node };
  expect(sampleOf(withSchema(node))).toContain('null');
  expect(sampleOf(withSchema({ type: 'string' }))).toBeUndefined();
  expect(sampleOf({ examples: [], schemas: [] })).toBeUndefined();
});
