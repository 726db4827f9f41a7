// What somebody needs to come in, shown this once: a person's password, or a client's secret.

import type { ClientWithSecret } from '../../../api/principals.ts';
import { Code } from '../../../parts/copy.tsx';
import { Facts } from '../../../parts/page.tsx';
import { ShownOnce } from '../../../parts/shown-once.tsx';
import * as texts from '../../../texts/texts.ts';

const words = texts.people;

export type SignIn = {
  readonly title: string;
  readonly username: string;
  readonly password: string;
};

export function NewPassword({
  signIn: { title, username, password },
  close,
}: {
  readonly signIn: SignIn;
  readonly close: () => void;
}) {
  return (
    <ShownOnce title={title} name={texts.signIn.password} secret={password} close={close}>
      <Facts
        facts={[
          [words.signInAt, <code key="url" className="text-xs break-all">{`${location.origin}/ui/`}</code>],
          [
            words.username,
            <code key="name" className="text-xs break-all">
              {username}
            </code>,
          ],
        ]}
      />
    </ShownOnce>
  );
}

export function NewSecret({
  client: { displayName, clientId, clientSecret },
  close,
}: {
  readonly client: ClientWithSecret;
  readonly close: () => void;
}) {
  return (
    <ShownOnce
      title={words.clientTitle(displayName)}
      name={words.clientSecret}
      secret={clientSecret}
      close={close}
    >
      <Facts
        facts={[
          [
            words.clientId,
            <code key="id" className="text-xs break-all">
              {clientId}
            </code>,
          ],
        ]}
      />
      {clientSecret !== undefined && (
        <div className="flex min-w-0 flex-col gap-1">
          <p className="font-medium">{words.tokenHow}</p>
          <Code label={words.tokenHow} text={tokenFor(clientId, clientSecret)} />
          <p className="text-xs text-quiet">{words.tokenEntrust}</p>
        </div>
      )}
    </ShownOnce>
  );
}

function tokenFor(clientId: string, secret: string): string {
  return [
    `curl ${location.origin}/token \\`,
    '  -d grant_type=client_credentials \\',
    `  -d client_id=${clientId} \\`,
    `  -d client_secret=${secret}`,
  ].join('\n');
}
