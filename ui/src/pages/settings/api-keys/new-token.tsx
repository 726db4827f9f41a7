// The token of a new key, this once, with a request that works as pasted.

import type { ApiKeyWithToken } from '../../../api/api-keys.ts';
import { Code } from '../../../parts/copy.tsx';
import { ShownOnce } from '../../../parts/shown-once.tsx';
import * as texts from '../../../texts/texts.ts';

const words = texts.apiKeys;

export function NewToken({
  apiKey,
  close,
}: {
  readonly apiKey: ApiKeyWithToken;
  readonly close: () => void;
}) {
  const { name, token, permissions } = apiKey;
  const publishes = permissions.includes('EVENTS:ADD');
  const heading = publishes ? words.tryIt : words.tryRead;
  return (
    <ShownOnce title={words.madeTitle(name)} name={words.token} secret={token} close={close}>
      {token !== undefined && (
        <div className="flex min-w-0 flex-col gap-1">
          <p className="font-medium">{heading}</p>
          <Code label={heading} text={publishes ? publishWith(token) : askWith(token)} />
        </div>
      )}
    </ShownOnce>
  );
}

function publishWith(token: string): string {
  return [
    `curl ${location.origin}/api/v1/events \\`,
    `  -H 'Authorization: Bearer ${token}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"type":"invoice.paid","data":{"invoice":"in_1"}}'`,
  ].join('\n');
}

function askWith(token: string): string {
  return [`curl ${location.origin}/api/v1/session \\`, `  -H 'Authorization: Bearer ${token}'`].join('\n');
}
