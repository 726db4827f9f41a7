// What each route says about itself: its documentation, the permissions it requires and the refusals it may answer.

import { Type, type TSchema } from 'typebox';
import type { Need } from '../../domain/access.ts';
import { permissionsOf, type OperationId } from './permissions.ts';
import { closed } from './wire/schemas.ts';

export type Documented = {
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly [string];
  readonly params?: TSchema;
  readonly querystring?: TSchema;
  /** Of a POST: false where nothing changes that an answer could be stored with. Others take an `Idempotency-Key`. */
  readonly keepsAnswer?: boolean;
  /** Beside `Idempotency-Key`. */
  readonly headers?: Readonly<Record<string, TSchema>>;
  readonly body?: TSchema | { readonly content: Readonly<Record<string, { readonly schema: TSchema }>> };
  /** Whether there may be no such thing, although no path or query names it. */
  readonly answersMissing?: boolean;
  /** By status; the refusals are added here. */
  readonly response: Readonly<Record<number, TSchema>>;
};

/** A PATCH is a JSON Merge Patch (RFC 7396), by whichever name. */
export const patchTypes = ['application/json', 'application/merge-patch+json'];

/** Schema and permissions of a route: what it says of itself, with what holds for all routes of its kind. */
export function operation(operationId: OperationId, documented: Documented) {
  const { description, keepsAnswer = true, answersMissing: _, headers = {}, response, ...rest } = documented;
  const permissions: readonly Need[] = permissionsOf[operationId];
  const kind = kindOf(operationId);
  const allHeaders = {
    ...(kind === 'post' && keepsAnswer ? { 'Idempotency-Key': IdempotencyKey } : {}),
    ...headers,
  };
  const needs = permissions.length === 0 ? 'any caller' : permissions.map(nameOf).join(', ');
  return {
    schema: {
      operationId,
      ...rest,
      ...(operationId.startsWith('update') ? { consumes: patchTypes } : {}),
      ...(Object.keys(allHeaders).length === 0 ? {} : { headers: closed(allHeaders) }),
      description: [description, `Needs ${needs}.`].filter(Boolean).join('\n\n'),
      response: { ...response, ...refusals(documented, kind) },
    },
    config: { permissions },
  };
}

function nameOf(need: Need): string {
  return [need]
    .flat()
    .map((name) => `\`${name}\``)
    .join(' or ');
}

/** Schema of a route that is open to everybody: it reads what is in memory, or takes credentials as its body. */
export function openOperation(
  operationId: string,
  documented: Pick<Documented, 'summary' | 'description' | 'tags' | 'querystring' | 'body' | 'response'>,
) {
  const { response, ...rest } = documented;
  const refused = {
    ...(documented.body === undefined ? {} : credentialRefusals),
    422: problem('A parameter or field breaks a rule; `errors` lists each'),
    503: problem('The server is about to stop, or has too much to do'),
  };
  return { schema: { operationId, ...rest, security: [], response: { ...response, ...refused } } };
}

/** An answer without a body. */
export function empty(description: string): TSchema {
  return Type.Null({ description });
}

/** A schema by its name in the document's components. */
export function named(id: string, description?: string): TSchema {
  return Type.Unsafe({ $ref: `${id}#`, ...(description === undefined ? {} : { description }) });
}

const IdempotencyKey = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 255,
    description: 'Printable ASCII. For 7 days a repetition gets the first answer and changes nothing.',
  }),
);

type Kind = 'read' | 'post' | 'change';

function kindOf(operationId: OperationId): Kind {
  if (/^(get|list)/.test(operationId)) return 'read';
  return /^(update|delete)/.test(operationId) ? 'change' : 'post';
}

function refusals(documented: Documented, kind: Kind): Record<string, TSchema> {
  const { params, querystring, body, headers, answersMissing = false } = documented;
  const isSought = answersMissing || params !== undefined || namesTenant(querystring) || namesTenant(body);
  const statuses: Record<string, string> = {
    400: 'Malformed: no rule of a field could be judged',
    401: 'Nobody the server knows',
    403: 'The caller lacks a permission, or another page than ours asks with a session',
    ...(isSought ? { 404: 'No such thing in the tenant' } : {}),
    ...(kind === 'read' ? {} : { 409: 'Does not go with what is there' }),
    ...(headers?.['If-Match'] === undefined ? {} : { 412: 'Changed in the meantime' }),
    ...(kind === 'read' ? {} : { 413: 'Too large', 415: 'Not a media type that this call takes' }),
    422: 'A field breaks a rule; `errors` lists each',
    429: 'Too many wrong attempts to sign in',
    503: 'The storage does not answer; come back after `Retry-After`',
    ...(kind === 'read' ? {} : { 507: 'The storage is full; nothing was changed' }),
  };
  return Object.fromEntries(Object.entries(statuses).map(([status, text]) => [status, problem(text)]));
}

const credentialRefusals = {
  400: problem('Malformed: no rule of a field could be judged'),
  401: problem('The credentials are not right'),
  403: problem('A page of another site asks'),
  413: problem('Too large'),
  415: problem('Not a media type that this call takes'),
  429: problem('Too many wrong attempts to sign in'),
};

function namesTenant(schema: object | undefined): boolean {
  const { properties = {} } = (schema ?? {}) as { readonly properties?: object };
  return 'tenantId' in properties;
}

function problem(description: string): TSchema {
  return Type.Unsafe({
    description,
    content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
  });
}
