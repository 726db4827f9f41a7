// The API's description, from which the clients are made, as a judge: is an answer one that it describes?

import { Ajv } from 'ajv';
import description from './openapi.json' with { type: 'json' };

export const descriptionPath = `${import.meta.dirname}/openapi.json`;

export type OperationId =
  | 'authenticateAdminApiUsingPOST'
  | 'createWebhookUsingPOST'
  | 'getWebhooksUsingGET'
  | 'readWebhookUsingGET'
  | 'updateWebhookUsingPUT'
  | 'deleteWebhookUsingDELETE'
  | 'testWebhookUsingPOST';

const ajv = new Ajv({ allErrors: true });
ajv.addFormat('uuid', /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
// Narrower than RFC 3339, as this wire is: UTC and whole seconds.
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
// To Ajv the whole document is a schema, of which those in it are parts.
ajv.addVocabulary(Object.keys(description));
ajv.addSchema(description, 'openapi.json');

/** Why the document does not describe an answer with this status and body, as it was sent; nothing if it does. */
export function undocumentedIn(operationId: OperationId, status: number, body: string): unknown[] {
  const { pointer, responses } = operations.get(operationId)!;
  const response = responses[status];
  if (response === undefined) return [`${operationId} has no ${status}`];
  if (response.content === undefined) return body === '' ? [] : [`${operationId} has no body with ${status}`];
  const schema = `${pointer}/responses/${status}/content/application~1json/schema`;
  const validate = ajv.getSchema(`openapi.json#${schema}`)!;
  return validate(JSON.parse(body)) === true ? [] : [body, ...(validate.errors ?? [])];
}

type Operation = {
  readonly pointer: string;
  readonly responses: Readonly<Record<string, { readonly content?: unknown } | undefined>>;
};

const operations = new Map<string, Operation>(
  Object.entries(description.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]): [string, Operation][] => {
      if (!('operationId' in operation)) return [];
      const pointer = `/paths/${encodeURIComponent(path.replaceAll('/', '~1'))}/${method}`;
      return [[operation.operationId, { pointer, responses: operation.responses }]];
    }),
  ),
);
