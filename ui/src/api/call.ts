// One call of the native API: JSON in and out, and every no as a `Problem` that says what to do.

import { isWithin, sentenceAt, type FieldProblem } from './field-problem.ts';

const base = '/api/v1';

/** Why the server declined (RFC 9457), or that it did not answer at all (`status` 0). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldProblem[];
  readonly requestId: string | null;

  constructor(
    message: string,
    {
      status,
      code,
      errors = [],
      requestId = null,
    }: { status: number; code: string; errors?: readonly FieldProblem[]; requestId?: string | null },
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.requestId = requestId;
  }

  /** What is wrong with the member of the body at this JSON pointer or beneath it, for its field: a sentence a line. */
  about(pointer: string): string | undefined {
    const found = this.errors.filter((error) => isWithin(error, pointer));
    if (found.length === 0) return undefined;
    return [...new Set(found.map((error) => sentenceAt(pointer, error)))].join('\n');
  }
}

export type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | null | undefined>
>;

export type CallOptions = {
  readonly query?: Query;
  readonly body?: unknown;
  /** A body that is JSON text already. */
  readonly bodyText?: string;
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal;
  /** Whether a 401 is an answer to this call, not the end of a session. */
  readonly mayBeUnknown?: boolean;
  /** Whether it changes nothing, although it is a POST. */
  readonly isQuestion?: boolean;
};

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

let bearer: string | undefined;

/** From now on every call carries this token: in the portal, where an embedded page has no cookies. */
export function callWith(token: string): void {
  bearer = token;
}

export function authorization(): Readonly<Record<string, string>> {
  return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
}

let askWho: (() => Promise<void>) | undefined;

/**
 * What to do from now on when the server no longer knows who calls: the call waits for it, is then made again, and fails
 * with what it rejects with. Returns how to take it back.
 */
export function onUnknown(act: () => Promise<void>): () => void {
  askWho = act;
  return () => {
    if (askWho === act) askWho = undefined;
  };
}

/** Resolves once the server knows again who calls. */
export async function knownAgain(problem: Problem): Promise<void> {
  if (askWho === undefined) throw problem;
  await askWho();
}

/** The answer's body. Rejects with a `Problem`, or with the signal's reason when it was aborted. */
export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  return (await callForAnswer<T>(method, path, options)).body;
}

/** The answer's body with its version, for resources that are changed with `If-Match`. */
export async function callForAnswer<T>(
  method: Method,
  path: string,
  options: CallOptions = {},
): Promise<{ readonly body: T; readonly etag: string | undefined }> {
  const answer = await ask(method, path, options);
  const etag = answer.headers.get('etag') ?? undefined;
  return { body: (answer.status === 204 ? undefined : await answer.json()) as T, etag };
}

/** The answer's body as the text that came, for what parsing would not keep. */
export async function callForText(path: string, options: CallOptions = {}): Promise<string> {
  return (await ask('GET', path, options)).text();
}

/** The last act that nobody has heard to be done, with its key. */
let unheard: { readonly act: string; readonly key: string } | undefined;

async function ask(method: Method, path: string, options: CallOptions): Promise<Response> {
  const { query, body, bodyText, ifMatch, signal, mayBeUnknown = false, isQuestion = false } = options;
  const text = bodyText ?? (body === undefined ? undefined : JSON.stringify(body));
  const url = `${base}${path}${queryText(query)}`;
  const isAct = method !== 'GET' && !isQuestion && !mayBeUnknown;
  const act = `${method} ${url} ${text}`;
  // The same act again, by a second click or because its answer got lost, is done once; after any other it is meant anew.
  if (isAct && unheard?.act !== act) unheard = { act, key: unguessed() };
  const key = isAct ? unheard?.key : undefined;
  const answer = await reach(url, {
    method,
    headers: {
      accept: 'application/json',
      ...authorization(),
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      ...(method === 'POST' && key !== undefined ? { 'idempotency-key': key } : {}),
    },
    ...(text === undefined ? {} : { body: text }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.ok) {
    if (unheard?.key === key) unheard = undefined;
    return answer;
  }
  const problem = await problemOf(answer);
  if (problem.status !== 401 || mayBeUnknown) throw problem;
  await knownAgain(problem);
  return ask(method, path, options);
}

/** Not `randomUUID`, which is there over https and on this machine only. */
function unguessed(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw unreachable();
  }
}

/** Whether Posthorn gave no answer, or a proxy one in its place. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'unreachable' || gateway.has(error.status));
}

const gateway: ReadonlySet<number> = new Set([502, 503, 504]);

export function unreachable(): Problem {
  return new Problem('Posthorn does not answer. Is it running, and is this machine online?', {
    status: 0,
    code: 'unreachable',
  });
}

async function problemOf(answer: Response): Promise<Problem> {
  const { status } = answer;
  const told = (await answer.json().catch(() => undefined)) as
    | {
        readonly code?: string;
        readonly detail?: string;
        readonly requestId?: string;
        readonly errors?: readonly FieldProblem[];
      }
    | undefined;
  return new Problem(told?.detail ?? `The server answered ${status}`, {
    status,
    code: told?.code ?? 'unknown',
    errors: told?.errors ?? [],
    requestId: told?.requestId ?? answer.headers.get('x-request-id'),
  });
}

function queryText(query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
