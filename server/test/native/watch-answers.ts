// Holds every answer against what its route documents: a schema that nobody checks drifts away from the truth.

import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyInstance } from 'fastify';
import { components } from '../../src/dialects/native/reference/document.ts';

type Documented = {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
  readonly type?: string;
};

/** The answers that break their schema, as sentences; filled while requests come in. */
export function watchAnswers(app: FastifyInstance): string[] {
  const problems: string[] = [];
  const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false, schemas: [...components] });
  app.addHook('onSend', async (request, reply, payload) => {
    const { method, url, schema } = request.routeOptions;
    const response = schema?.response as Readonly<Record<string, Documented>> | undefined;
    if (response === undefined) return payload;
    const say = (problem: string) =>
      problems.push(`${String(method)} ${url} answered ${reply.statusCode}: ${problem}`);
    const documented = response[String(reply.statusCode)];
    if (documented?.content?.['text/event-stream'] !== undefined) return payload;
    if (documented === undefined) say('not a documented status');
    else if (documented.type === 'null') {
      if (payload !== undefined && payload !== null && payload !== '') say('a body where none is documented');
    } else {
      const shape = documented.content?.['application/problem+json']?.schema ?? documented;
      if (!ajv.validate(shape, JSON.parse(String(payload)))) say(ajv.errorsText(ajv.errors));
    }
    return payload;
  });
  return problems;
}
