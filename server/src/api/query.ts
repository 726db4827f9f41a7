// Route schemas at work: bodies through the JSON reader, query and path parameters from text without guessing.

import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { invalid, Refusal } from '../domain/refusal.ts';
import { compileCheck } from './check.ts';
import { problemsOfTexts } from './plain-texts.ts';
import { bodyReader } from './read-body.ts';

/**
 * The server's compiler for route schemas. `querystring` and `params`: where the schema says integer, number or
 * boolean, exactly that spelling becomes the value (`10`, never `1e1`, `010` or ` 10`), a parameter given once becomes
 * an array where the schema says array; anything else is refused with `invalid`, unknown parameters included
 * (`query/name`). `body`: `bodyReader` on the bytes, so that `request.body` is the checked value. Headers are not checked.
 */
export const compileSchema: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  if (httpPart === 'body') {
    const body = bodyReader(schema);
    return (bytes: Uint8Array | null) => attempted(() => body.read(bytes ?? noBytes));
  }
  if (httpPart === 'querystring') return fromText(schema, 'query');
  if (httpPart === 'params') return fromText(schema, 'path');
  return () => true;
};

/** For a route whose body is read by its own code: `{ validatorCompiler: bodyAsIs }`, with a schema that documents it. */
export const bodyAsIs: FastifySchemaCompiler<TSchema> = (route) =>
  route.httpPart === 'body' ? () => true : compileSchema(route);

const noBytes = new Uint8Array();

function fromText(schema: TSchema, part: 'query' | 'path') {
  const check = compileCheck(schema);
  const properties = (schema as { properties?: Record<string, Shape> }).properties ?? {};
  return (given: Readonly<Record<string, unknown>>) =>
    attempted(() => {
      const value = Object.fromEntries(
        Object.entries(given).map(([name, text]) => [name, valueOf(text, properties[name])]),
      );
      const problems = check(value, part);
      const [first, ...others] = problems.length > 0 ? problems : problemsOfTexts(value, part);
      if (first === undefined) return value;
      // A path that can't be is a path that isn't.
      if (part === 'path') throw new Refusal('not_found', 'There is nothing at this path');
      throw invalid([first, ...others]);
    });
}

type Shape = { readonly type?: string; readonly items?: Shape };

function valueOf(text: unknown, shape: Shape | undefined): unknown {
  if (shape?.type === 'array') {
    const all = Array.isArray(text) ? (text as unknown[]) : [text];
    return all.map((one) => valueOf(one, shape.items));
  }
  if (typeof text !== 'string') return text;
  switch (shape?.type) {
    case 'integer':
      return /^-?(0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
    case 'number':
      return /^-?(0|[1-9]\d{0,15})(\.\d{1,15})?$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : text;
    default:
      return text;
  }
}

/** What a validator of the framework answers. */
function attempted(read: () => unknown): { value: unknown } | { error: Error } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof Refusal) return { error };
    throw error;
  }
}
