// The client that the npm package openapi-client-axios 7.9.1 makes of a description at run time.

import { OpenAPIClientAxios, type Document } from 'openapi-client-axios';
import type { GeneratedClient } from './generated-client.ts';
import description from './openapi.json' with { type: 'json' };

export function makeAxiosClient(): GeneratedClient {
  const client = new OpenAPIClientAxios({ definition: description as Document }).initSync();
  return {
    async call(baseUrl, operationId, { id, body, authorization, cookies = {} } = {}) {
      const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
      let text = '';
      const { status, headers, data } = await client[operationId]!(
        id === undefined ? undefined : { id },
        body,
        {
          baseURL: baseUrl,
          headers: {
            ...(authorization !== undefined && { Authorization: authorization }),
            ...(pairs.length > 0 && { Cookie: pairs.join('; ') }),
          },
          transformResponse: (received: string) => {
            text = received;
            return received === '' ? null : (JSON.parse(received) as unknown);
          },
          validateStatus: () => true,
        },
      );
      const setCookie = headers['set-cookie'] as readonly string[] | undefined;
      return { status, setCookie: setCookie?.join(', ') ?? null, text, value: data as unknown };
    },
    async [Symbol.asyncDispose]() {},
  };
}
