// A running Posthorn with an application of the Administration API, which is all that a client of Entrust's is given.

import { randomBytes, randomUUID } from 'node:crypto';
import type { Posthorn } from '../../server/test/process/posthorn.ts';
import { startPosthorn } from '../start.ts';

export type Application = { readonly applicationId: string; readonly sharedSecret: string };

export interface Account extends AsyncDisposable {
  readonly posthorn: Posthorn;
  readonly application: Application;
}

export async function startAccount(env: Readonly<Record<string, string>> = {}): Promise<Account> {
  const application = { applicationId: randomUUID(), sharedSecret: randomBytes(32).toString('base64url') };
  const posthorn = await startPosthorn({
    POSTHORN_ENTRUST_APPLICATION_ID: application.applicationId,
    POSTHORN_ENTRUST_SHARED_SECRET: application.sharedSecret,
    ...env,
  });
  return { posthorn, application, [Symbol.asyncDispose]: () => posthorn[Symbol.asyncDispose]() };
}

/** An application with another role, as the native API makes it. */
export async function applicationWith(
  { posthorn }: Pick<Account, 'posthorn'>,
  roleId: string,
): Promise<Application> {
  const made = await posthorn.api<{ clientId: string; clientSecret: string }>('/principals', {
    method: 'POST',
    body: { kind: 'client', displayName: roleId, roleId },
  });
  if (made.status !== 201) throw new Error(`no application: ${JSON.stringify(made.body)}`);
  return { applicationId: made.body.clientId, sharedSecret: made.body.clientSecret };
}
