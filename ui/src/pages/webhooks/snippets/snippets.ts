// How a receiver of a webhook verifies what it gets, in each language, by the scheme that the webhook signs with.

import type { Webhook } from '../../../api/types.ts';
import { httpMessageSignature } from './http-message-signature.ts';
import { hubSignature } from './hub-signature.ts';
import { jwt } from './jwt.ts';
import { quoted, standardWebhooks } from './standard-webhooks.ts';

export const languages = ['node', 'python', 'go', 'java', 'curl'] as const;
export type Language = (typeof languages)[number];
export type Snippets = Readonly<Record<Language, string>>;
export type MessageAlgorithm = NonNullable<Webhook['signing']['algorithm']>;

/** Undefined where nothing is signed. */
export function snippetsFor(
  { id, url, signing }: Pick<Webhook, 'id' | 'url' | 'signing'>,
  origin: string,
): Snippets | undefined {
  const test = testCall(id, origin);
  switch (signing.scheme) {
    case 'standard-webhooks':
      return standardWebhooks(url);
    case 'hub-signature':
      return hubSignature(url);
    case 'http-message-signature':
      return httpMessageSignature(signing.algorithm ?? 'hmac-sha256', url, test);
    case 'jwt': {
      const [key] = signing.keys;
      if (key === undefined || !('algorithm' in key)) return undefined;
      return key.algorithm === 'none' ? undefined : jwt(key.algorithm.toUpperCase(), test);
    }
    case 'none':
      return undefined;
  }
}

function testCall(id: string, origin: string): string {
  return `# Has Posthorn send your receiver a signed test, and tells what it answered.
curl -X POST ${quoted(`${origin}/api/v1/webhooks/${id}/test`)} -H "Authorization: Bearer $KEY"
`;
}
