// What each route says about itself: its documentation, the permissions it requires and the refusals it may answer.

import { Type, type TSchema } from 'typebox';
import type { Permission } from '../../domain/access.ts';
import { permissionsOf, type OperationId } from './permissions.ts';

export type Documented = {
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly [string];
  readonly params?: TSchema;
  readonly querystring?: TSchema;
  readonly headers?: TSchema;
  readonly body?: TSchema | { readonly content: Readonly<Record<string, { readonly schema: TSchema }>> };
  /** By status; every refusal is added here. */
  readonly response: Readonly<Record<number, TSchema>>;
};

/** Schema and permissions of a route, from one table of documentation and one of permissions. */
export function operation(operationId: OperationId, { response, ...documented }: Documented) {
  const permissions: readonly Permission[] = permissionsOf[operationId];
  const needs = permissions.length === 0 ? 'any caller' : permissions.map((name) => `\`${name}\``).join(', ');
  const description = [documented.description, `Needs ${needs}.`].filter(Boolean).join('\n\n');
  return {
    schema: {
      operationId,
      ...documented,
      description,
      response: { ...response, ...refusals(documented) },
    },
    config: { permissions },
  };
}

/** An answer without a body. */
export function empty(description: string): TSchema {
  return Type.Null({ description });
}

/** A response by its name in the document's components. */
export function named(id: string, description: string): TSchema {
  return Type.Unsafe({ $ref: `${id}#`, description });
}

function refusals(documented: Pick<Documented, 'params' | 'body' | 'querystring'>): Record<string, TSchema> {
  const statuses: Record<string, string> = {
    400: 'Malformed: no rule of a field could be judged',
    401: 'Nobody the server knows',
    403: 'The caller lacks a permission',
    ...(documented.params === undefined ? {} : { 404: 'No such thing in the tenant' }),
    ...(documented.body === undefined
      ? {}
      : { 413: 'Too large', 415: 'Not a media type that this call takes' }),
    422: 'A field breaks a rule; `errors` lists each',
    429: 'Too many wrong attempts to sign in',
    503: 'The storage does not answer; come back after `Retry-After`',
  };
  return Object.fromEntries(Object.entries(statuses).map(([status, text]) => [status, problem(text)]));
}

function problem(description: string): TSchema {
  return Type.Unsafe({
    description,
    content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
  });
}
