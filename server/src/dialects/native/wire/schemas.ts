// Schemas that every resource of the native API shares.

import { Type, type TSchema } from 'typebox';
import { pageLimitDefault, pageLimitMax } from '../../../api/cursor.ts';

/** A member that may be null. */
export function nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()]);
}

/** One of some texts, as one `enum` rather than a union of constants: shorter to read and to check. */
export function oneOf<const T extends readonly string[]>(values: T, options: object = {}) {
  return Type.Unsafe<T[number]>({ type: 'string', enum: values, ...options });
}

/** An object that has no other members than these. */
export function closed<P extends Type.TProperties>(properties: P, options: object = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

export const Time = Type.String({ format: 'date-time', examples: ['2026-05-01T12:00:00.000Z'] });
export const TimeOrNull = nullable(Time);

export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: pageLimitMax,
      default: pageLimitDefault,
      description: 'How many entries a page has at most.',
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description: 'The `next` or `previous` of an earlier page.',
    }),
  ),
};

export const WindowQuery = {
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Only what is not older than this.' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Only what is older than this.' })),
};

/** A page of a list: `next` and `previous` are cursors, null where there is no such page. */
export function pageOf<S extends TSchema>(item: S) {
  return closed(
    {
      data: Type.Array(item),
      next: nullable(Type.String()),
      previous: nullable(Type.String()),
    },
    { description: 'A page of the list' },
  );
}

export const Problem = Type.Object(
  {
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'What kind of no it is; stable, for programs.' }),
    detail: Type.String({ description: 'What is wrong and what would be right.' }),
    requestId: Type.String(),
    errors: Type.Optional(
      Type.Array(
        closed({
          pointer: Type.String({
            description: 'JSON pointer into the body, or `query/name`, `header/name`, `path/name`.',
          }),
          rule: Type.String(),
          message: Type.String(),
        }),
      ),
    ),
  },
  { $id: 'Problem', description: 'Problem details (RFC 9457).' },
);
