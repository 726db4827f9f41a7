// `npm run demo`: a Posthorn with a receiver beside it and events flowing, told step by step. `--once` ends after one round.

import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { intro, log, outro } from '@clack/prompts';
import { startApp, type App } from './app.ts';
import { CannotStart } from './cannot-start.ts';
import { readConfig } from './config.ts';
import { makeClient } from './demo/client.ts';
import { acts, createWebhooks, play } from './demo/play.ts';
import { startReceiver, type Seen } from './demo/receiver.ts';

const access = {
  username: 'admin',
  password: 'demo-password',
  token: `demo-${randomBytes(16).toString('hex')}`,
  applicationId: randomUUID(),
  sharedSecret: randomBytes(32).toString('base64url'),
};
const pauseMs = 2_000;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

intro('Posthorn demo');
try {
  await demo(interrupted.signal, process.argv.includes('--once'));
  outro('Everything of this demo is stopped and removed. `npm start` starts the real thing.');
  process.exit(0);
} catch (error) {
  log.error(error instanceof CannotStart ? error.message : String((error as Error).stack ?? error));
  process.exit(1);
}

async function demo(stop: AbortSignal, once: boolean): Promise<void> {
  await using made = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'posthorn-demo-'));
  made.defer(() => rm(directory, { recursive: true, force: true }));
  const app = await startOnAnyPort(directory);
  made.defer(() => app.stop(0));
  const receiver = made.use(await startReceiver(tellSeen));

  log.step(`Posthorn runs at ${app.url}, with a database in ${directory}`);
  log.step(`Its web app is at ${app.url}/ui/: sign in as ${access.username} with ${access.password}`);
  log.step(`A sample receiver listens at ${receiver.url}; EGRESS_ALLOW_CIDRS opens loopback for it`);
  const client = makeClient(app.url, access);
  await createWebhooks(client, receiver, log, stop).catch(unlessStopped(stop));
  do {
    for (const act of acts) {
      if (stop.aborted) return;
      await play(act, client, receiver, log, stop).catch(unlessStopped(stop));
      if (!once) await sleep(pauseMs, undefined, { signal: stop }).catch(unlessStopped(stop));
    }
    if (!once && !stop.aborted) process.stdout.write(tryIt(app));
  } while (!once && !stop.aborted);
}

/** The usual port if it is free, else any. */
async function startOnAnyPort(directory: string): Promise<App> {
  try {
    return await start(directory, '8480');
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    return await start(directory, '0');
  }
}

async function start(directory: string, port: string): Promise<App> {
  const environment = {
    POSTHORN_PORT: port,
    POSTHORN_DATABASE_URL: `sqlite:${directory}/posthorn.db`,
    POSTHORN_ADMIN_USERNAME: access.username,
    POSTHORN_ADMIN_PASSWORD: access.password,
    POSTHORN_ADMIN_TOKEN: access.token,
    POSTHORN_ENTRUST_APPLICATION_ID: access.applicationId,
    POSTHORN_ENTRUST_SHARED_SECRET: access.sharedSecret,
    POSTHORN_EGRESS_ALLOW_CIDRS: '127.0.0.0/8',
    POSTHORN_EGRESS_ALLOW_HTTP: 'true',
    POSTHORN_RETRY_SCHEDULE: '1s,2s,4s,8s',
    POSTHORN_LOG_LEVEL: 'silent',
  };
  const configuration = readConfig({
    flags: {},
    otherFlags: [],
    environment,
    file: { values: new Map(), problems: [] },
  });
  const app = await startApp(configuration, new AbortController().signal);
  if (app === 'stopped') throw new Error('stopped by nobody');
  return app;
}

function tellSeen({ path, eventType, time, genuine, answer }: Seen): void {
  const which = time === 1 ? '' : `, request ${time} for the same event`;
  const signature = genuine ? 'signature verified' : 'SIGNATURE WRONG';
  log.info(`receiver ${path} got ${eventType}${which}: ${signature}, answers ${answer}`);
}

/** Without a frame: lines that are pasted must not be wrapped. */
function tryIt({ url }: App): string {
  return `
It goes on until Ctrl-C. Meanwhile, look at ${url}/ui/ (${access.username}, ${access.password}), and try

curl ${url}/api/v1/deliveries -H "Authorization: Bearer ${access.token}"
curl ${url}/rest/api/webhooks -u ${access.username}:${access.password}
curl ${url}/v1/webhooks -H "Authorization: Bearer ${access.token}"
curl ${url}/api/web/v1/webhooks -H "Authorization: ${access.token}"
curl ${url}/ready

`;
}

function unlessStopped(stop: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!stop.aborted) throw error;
  };
}
