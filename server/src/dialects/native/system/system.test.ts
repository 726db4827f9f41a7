import { expect, test } from 'vitest';
import { startNative } from '../../../../test/native/native-server.ts';
import { readConfig } from '../../../config.ts';
import { parseEnvFile } from '../../../config/env-file.ts';
import type { MailOutcome } from '../../../observe/mail/transport.ts';

test('every setting is told with its value, its origin and its help, and no secret among them', async () => {
  const environment = {
    POSTHORN_DATABASE_URL: 'postgres://ada:s3cret-of-db@db/orders',
    POSTHORN_MASTER_KEY: Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64'),
    POSTHORN_SMTP_URL: 'smtps://user:s3cret-of-mail@mail.example.com',
    POSTHORN_ADMIN_PASSWORD: 's3cret-of-admin',
    POSTHORN_ADMIN_TOKEN: 's3cret-of-admin-token',
    POSTHORN_EGRESS_PROXY: 'http://proxy:s3cret-of-proxy@proxy.example.com:3128',
  };
  const file = parseEnvFile('POSTHORN_RETENTION_DAYS=3');
  const { origins } = readConfig({ flags: { port: '1' }, otherFlags: [], environment, file });
  await using native = await startNative({ origins });

  const { status, body } = await native.call('GET', '/api/v1/configuration');

  expect(status).toBe(200);
  const of = (name: string) => body.data.find((one: { name: string }) => one.name === `POSTHORN_${name}`);
  expect(of('PORT')).toMatchObject({ value: '1', origin: 'flag', secret: false, group: 'Listener' });
  expect(of('RETENTION_DAYS')).toMatchObject({ value: '3', origin: 'file' });
  expect(of('HOST')).toMatchObject({ value: '127.0.0.1', origin: 'default' });
  expect(of('DATABASE_URL')).toMatchObject({
    value: 'postgres://ada:****@db/orders',
    origin: 'environment',
    secret: true,
  });
  expect(of('ADMIN_TOKEN')).toMatchObject({ value: '****', secret: true });
  expect(of('PUBLIC_URL')).toMatchObject({ value: null, whenUnset: 'http://HOST:PORT' });
  expect(body.data.every(({ help }: { help: string }) => help.length > 0)).toBe(true);
  expect(JSON.stringify(body)).not.toMatch(/s3cret/);
  expect(JSON.stringify(body)).not.toContain(environment.POSTHORN_MASTER_KEY);
});

test('the storage tells how much it holds, and since when', async () => {
  await using native = await startNative();
  const before = await native.call('GET', '/api/v1/storage');
  expect(before.body).toMatchObject({
    oldestEventAt: null,
    oldestDueAt: null,
    pendingDeliveries: 0,
    webhooks: 0,
  });
  await native.tenant('acme');
  const webhook = { name: 'w', url: 'https://example.com/', eventTypes: ['*'] };
  await native.call('POST', '/api/v1/webhooks', webhook);
  const oldestEventAt = new Date(native.clock.wall()).toISOString();
  await native.call('POST', '/api/v1/events', { type: 'a', data: {} });
  await native.clock.advance(60_000);
  await native.call('POST', '/api/v1/events', { type: 'a', data: {} });

  const { body } = await native.call('GET', '/api/v1/storage');
  expect(body).toEqual({
    database: 'sqlite',
    sizeBytes: expect.any(Number),
    retentionDays: 90,
    oldestEventAt,
    oldestDueAt: oldestEventAt,
    pendingDeliveries: 2,
    webhooks: 1,
    tenants: 2,
  });
  expect(body.sizeBytes).toBeGreaterThan(0);
});

test('settings and storage are for who may view the system, in the tenant of the operator', async () => {
  await using native = await startNative();
  const other = await native.tenant('acme');
  for (const path of ['configuration', 'storage']) {
    const { status } = await native.call('GET', `/api/v1/${path}`, undefined, {
      authorization: `Bearer ${other.key}`,
    });
    expect([path, status]).toEqual([path, 403]);
  }
});

const grace = { username: 'grace', roleId: 'rol_administrator', password: 'engine-analytical' };
const asGrace = { authorization: `Basic ${Buffer.from('grace:engine-analytical').toString('base64')}` };

/** With a mail server that answers as it is told, in turn. */
function withMail(...outcomes: MailOutcome[]) {
  const sent: string[] = [];
  const mail = {
    server: 'mail.example.com:587',
    from: 'Posthorn <posthorn@example.com>',
    async sendTest(to: string) {
      sent.push(to);
      return outcomes.shift() ?? ({ kind: 'sent', refused: [] } as const);
    },
  };
  return { sent, started: startNative({ mail }) };
}

test('who would be told of what is told, of the own tenant alone', async () => {
  const { started } = withMail();
  await using native = await started;
  await native.call('POST', '/api/v1/principals', { ...grace, email: 'grace@example.com' });
  const other = await native.tenant('acme');

  const own = await native.call('GET', '/api/v1/notifications', undefined, asGrace);
  expect(own.body).toEqual({
    mail: { server: 'mail.example.com:587', from: 'Posthorn <posthorn@example.com>' },
    recipients: ['grace@example.com'],
    ownAddress: 'grace@example.com',
    notices: [
      { dialect: 'native', of: ['failing', 'disabled', 'throttled'] },
      { dialect: 'confluence', of: ['failing', 'disabled', 'throttled'] },
    ],
  });
  const theirs = await native.call('GET', '/api/v1/notifications', undefined, {
    authorization: `Bearer ${other.key}`,
  });
  expect(theirs.body).toMatchObject({ mail: { server: null }, recipients: [], ownAddress: null });
});

test('a test mail goes to who asks for it, and tells what the mail server said', async () => {
  const refused: MailOutcome = { kind: 'sent', refused: ['grace@example.com'] };
  const away: MailOutcome = { kind: 'failed', permanent: false, detail: 'ECONNREFUSED: away' };
  const { sent, started } = withMail({ kind: 'sent', refused: [] }, refused, away);
  await using native = await started;
  await native.call('POST', '/api/v1/principals', { ...grace, email: 'grace@example.com' });
  const ask = async () => native.call('POST', '/api/v1/notifications/test', undefined, asGrace);

  expect((await ask()).body).toEqual({ to: 'grace@example.com', outcome: 'sent', detail: null });
  expect((await ask()).body).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('address') });
  expect((await ask()).body).toMatchObject({ outcome: 'failed', detail: 'ECONNREFUSED: away' });
  expect(sent).toEqual(['grace@example.com', 'grace@example.com', 'grace@example.com']);
  const statuses = [];
  for (let times = 0; times < 3; times++) statuses.push((await ask()).status);
  expect(statuses).toEqual([200, 200, 429]);
});

test('without a mail server, or an address, no test mail is sent', async () => {
  await using without = await startNative();
  expect((await without.call('GET', '/api/v1/notifications')).body.mail).toBeNull();
  const { status, body } = await without.call('POST', '/api/v1/notifications/test');
  expect([status, body.detail]).toEqual([409, expect.stringContaining('SMTP_URL')]);

  const { sent, started } = withMail();
  await using native = await started;
  const nobody = await native.call('POST', '/api/v1/notifications/test');
  expect([nobody.status, nobody.body.detail]).toEqual([409, expect.stringContaining('no e-mail address')]);
  expect(sent).toEqual([]);
});
