// The Entrust dialect, running, with what its tests ask for again and again.
//
//   await using entrust = await startEntrust();
//   const { status, body } = await own.api('POST', '/webhooks', { callbackUrl: …, events: […] });

import { makeEntrustDialect, type EntrustSettings } from '../../src/dialects/entrust/entrust.ts';
import { secondMs } from '../../src/domain/clock.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import { makeNewMessageSigning } from '../../src/manage/new-signing.ts';
import { runningDialect, type Answer, type RunningDialect } from '../running-dialect.ts';

export interface EntrustServer extends RunningDialect {
  /** Below `/api/web/v1`, with the administrator's token unless another is given; '' sends none. */
  api(method: string, path: string, body?: object | string | Buffer, token?: string): Promise<Answer>;
  /** The token that a new application with a role gets. */
  tokenWith(roleId: string, tenantId?: string): Promise<string>;
  /** Creates a webhook for `user.created`, unless told otherwise; answers what its client got. */
  create(fields?: object, token?: string): Promise<Answer['body']>;
  webhookOf(id: string): Promise<Webhook>;
}

const standardSettings: EntrustSettings = {
  tokenLifetimeS: 900,
  schedule: [2 * secondMs, 4 * secondMs],
  profile: 'durable',
};

export async function startEntrust(changes: Partial<EntrustSettings> = {}): Promise<EntrustServer> {
  const running = await runningDialect((parts) =>
    makeEntrustDialect({
      ...parts,
      newMessageSigning: makeNewMessageSigning(parts),
      tenantUuid: (id) => parts.tenantOf(id).uuid,
      version: '1.2.3',
      settings: { ...standardSettings, ...changes },
    }),
  );
  let names = 0;
  const own: Omit<EntrustServer, keyof RunningDialect> = {
    api: (method, path, body, token = running.token) =>
      running.call(method, `/api/web/v1${path}`, body, token === '' ? {} : { authorization: token }),
    async tokenWith(roleId, tenantId) {
      const { clientId, clientSecret } = await running.client(roleId, tenantId);
      const credentials = { applicationId: clientId, sharedSecret: clientSecret };
      return (await own.api('POST', '/adminapi/authenticate', credentials, '')).body.authToken as string;
    },
    async create(fields = {}, token = running.token) {
      const given = {
        name: `webhook ${++names}`,
        callbackUrl: 'https://hooks.example.net/in',
        events: ['user.created'],
      };
      const { status, body } = await own.api('POST', '/webhooks', { ...given, ...fields }, token);
      if (status !== 200) throw new Error(`not created: ${JSON.stringify(body)}`);
      return body as unknown;
    },
    async webhookOf(id) {
      return (await running.store.getWebhookByWireId(running.tenantId, 'entrust', id))!;
    },
  };
  // The same object, so that what a test sets of it counts.
  return Object.assign(running, own);
}
