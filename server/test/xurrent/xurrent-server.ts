// The Xurrent dialect, running, with what its tests ask for again and again.
//
//   await using xurrent = await startXurrent();
//   const { status, body } = await xurrent.call('POST', '/v1/webhooks', { event: …, uri: … });

import { readConfig } from '../../src/config.ts';
import { noEnvFile } from '../../src/config/env-file.ts';
import { makeXurrentDialect, type XurrentSettings } from '../../src/dialects/xurrent/xurrent.ts';
import type { EventContext } from '../../src/domain/event.ts';
import type { MailRules } from '../../src/domain/mail-rules.ts';
import type { Webhook } from '../../src/domain/webhook.ts';
import type { AdministratorsOf } from '../../src/manage/administrators.ts';
import { makeWebhookPolicies } from '../../src/manage/webhook-policies.ts';
import {
  runningDialect,
  type Answer,
  type RunningDialect,
  type Sent as SentRequest,
} from '../running-dialect.ts';

export type { Answer } from '../running-dialect.ts';

/** A request that went out, with what it says: the body, or what is inside its token. */
export type Sent = SentRequest & {
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into messages of any shape
  readonly message: any;
  readonly claims: Readonly<Record<string, unknown>> | undefined;
};

export interface XurrentServer extends Omit<RunningDialect, 'sent' | 'receive' | 'publish'> {
  readonly administratorsOf: AdministratorsOf;
  readonly mailRules: MailRules;
  readonly sent: readonly Sent[];
  /** How a request ends; a success until a test says otherwise. */
  receive: (sent: Sent) => ReturnType<RunningDialect['receive']>;
  /** Creates a webhook for `problem.update`, unless told otherwise; answers its record. */
  create(fields?: object): Promise<Answer['body']>;
  /** Publishes one event about problem 332; answers its id. */
  publish(event?: {
    readonly type?: string;
    readonly data?: string;
    readonly context?: EventContext;
    readonly tenantId?: string;
  }): Promise<string>;
  /** Requests the path of the callback in the newest verification message. */
  confirm(): Promise<Answer>;
  webhookNumbered(id: number): Promise<Webhook>;
}

export const accountUrl = 'https://acme.xurrent.example';

const { config } = readConfig({ flags: {}, otherFlags: [], environment: {}, file: noEnvFile });
const standardSettings: XurrentSettings = {
  account: 'acme',
  domain: 'xurrent.example',
  apiUrl: null,
  accountUrl: null,
  oauthUrl: null,
  issuer: null,
  callbackUrl: null,
  verification: null,
  schedule: config.xurrentRetrySchedule,
  perHour: 0,
  perTwoSeconds: 0,
  allowsUnsecured: false,
  brand: 'xurrent',
  docsUrl: 'https://developer.xurrent.com/v1',
  profile: 'durable',
};

export async function startXurrent(changes: Partial<XurrentSettings> = {}): Promise<XurrentServer> {
  const running = await runningDialect((parts) =>
    makeXurrentDialect({
      ...parts,
      policies: makeWebhookPolicies(parts),
      authenticate: parts.authenticateBearerOrTokenUser,
      tenantName: (id) => parts.tenantOf(id).name,
      codeKey: Buffer.alloc(32, 9),
      settings: { ...standardSettings, ...changes },
    }),
  );
  const sent: Sent[] = [];
  running.receive = (request) => {
    const one: Sent = { ...request, ...read(request.body) };
    sent.push(one);
    return xurrent.receive(one);
  };

  const xurrent: XurrentServer = {
    ...running,
    administratorsOf: running.access.administratorsOf,
    mailRules: running.dialect.mail,
    sent,
    receive: () => ({ kind: 'success', status: 200 }),
    async create(fields = {}) {
      const uri = 'https://hooks.example.net/in';
      const { status, body } = await running.call('POST', '/v1/webhooks', {
        event: 'problem.update',
        uri,
        ...fields,
      });
      if (status !== 200) throw new Error(`not created: ${JSON.stringify(body)}`);
      return body as unknown;
    },
    publish: ({ type = 'problem.update', context = { object: { id: '332' } }, ...event } = {}) =>
      running.publish({ type, context, ...event }),
    async confirm() {
      await running.until(() => callbacks().length > 0);
      const { pathname, search } = new URL(callbacks().at(-1)!);
      return running.call('GET', pathname + search, undefined, {});
    },
    async webhookNumbered(id) {
      return (await running.store.getWebhookByNumber('xurrent', id))!;
    },
  };
  return xurrent;

  function callbacks(): string[] {
    return sent
      .map(({ message }) => message.payload.callback as string | undefined)
      .filter((callback) => callback !== undefined);
  }
}

function read(body: Uint8Array): Pick<Sent, 'message' | 'claims'> {
  const parsed = JSON.parse(Buffer.from(body).toString()) as { jwt?: string };
  if (parsed.jwt === undefined) return { message: parsed, claims: undefined };
  const payload = Buffer.from(parsed.jwt.split('.')[1]!, 'base64url').toString();
  const claims = JSON.parse(payload) as Record<string, unknown>;
  return { message: claims['data'], claims };
}
