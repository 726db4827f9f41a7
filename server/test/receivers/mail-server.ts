// A mail server for tests: real SMTP on loopback, with every mail read as a mail program would.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { Secret } from '../../src/domain/secret.ts';

export type Received = {
  readonly mail: ParsedMail;
  /** As it came: head and body. */
  readonly raw: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: string | undefined;
};

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  /** In the order of their coming. */
  readonly received: readonly Received[];
  /** Messages that were begun, whatever was answered. */
  readonly tries: number;
  /** For `SMTP_URL`; `more` is what follows the port. */
  url(more?: string, scheme?: string): Secret;
}

export type MailServerOptions = Pick<SMTPServerOptions, 'cert' | 'key' | 'secure' | 'onRcptTo'> & {
  readonly port?: number;
  /** Offers STARTTLS. */
  readonly startTls?: boolean;
  /** Who may log in; without one, nobody has to. */
  readonly login?: { readonly user: string; readonly pass: string };
  /** What a refused login is told, from what was given. */
  readonly refusal?: (password: string) => string;
};

/** Starts a mail server on 127.0.0.1 that takes everything. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { port = 0, startTls = false, login, refusal = () => 'no', ...rest } = options;
  const received: Received[] = [];
  let tries = 0;
  const server = new SMTPServer({
    ...rest,
    disabledCommands: [...(startTls ? [] : ['STARTTLS']), ...(login === undefined ? ['AUTH'] : [])],
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 0,
    onAuth: ({ username, password }, _session, callback) => {
      if (username === login?.user && password === login?.pass) callback(null, { user: username });
      else callback(Object.assign(new Error(refusal(password ?? '')), { responseCode: 535 }));
    },
    onMailFrom(_address, _session, callback) {
      tries += 1;
      callback();
    },
    async onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      const raw = Buffer.concat(chunks);
      const { mailFrom, rcptTo } = session.envelope;
      received.push({
        mail: await simpleParser(raw),
        raw: raw.toString(),
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        secure: session.secure,
        user: session.user as string | undefined,
      });
      callback();
    },
  });
  server.on('error', () => {}); // clients that don't trust the certificate
  const listening = server.listen(port, '127.0.0.1');
  await once(listening, 'listening');
  const bound = (listening.address() as AddressInfo).port;

  return {
    port: bound,
    received,
    get tries() {
      return tries;
    },
    url: (more = '', scheme = 'smtp') => {
      const credentials = login === undefined ? '' : `${login.user}:${encodeURIComponent(login.pass)}@`;
      return new Secret(`${scheme}://${credentials}127.0.0.1:${bound}${more}`);
    },
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
}
