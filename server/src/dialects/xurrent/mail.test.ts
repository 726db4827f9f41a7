// Mails about webhooks that fail, over weeks of a test clock (specification §7.6, §10.3). How they go out by SMTP is in
// server/test/end-to-end/xurrent.test.ts.

import { expect, test } from 'vitest';
import { accountUrl, startXurrent, type XurrentServer } from '../../../test/xurrent/xurrent-server.ts';
import { dayMs, minuteMs } from '../../domain/clock.ts';
import { makeMails } from '../../observe/mail/mails.ts';
import type { Mail } from '../../observe/mail/transport.ts';

/** The faithful profile with its mails on. */
async function startMailing(): Promise<{ readonly xurrent: XurrentServer; readonly mails: readonly Mail[] }> {
  const xurrent = await startXurrent({ profile: 'faithful' });
  const mails: Mail[] = [];
  const { listen } = makeMails({
    clock: xurrent.clock,
    webhookOf: (tenantId, id) => xurrent.store.getWebhook(tenantId, id),
    administratorsOf: xurrent.administratorsOf,
    mailRulesOf: () => xurrent.mailRules,
    say: () => {},
    count: () => {},
    send: async (mail) => {
      mails.push(mail);
      return { kind: 'sent', refused: [] };
    },
    apiUrl: 'https://hooks.example',
    retentionDays: 90,
  });
  xurrent.listen(listen);
  return { xurrent, mails };
}

const subjects = (mails: readonly Mail[]) => mails.map(({ subject }) => subject);

test('a failing webhook has a mail at most every 20 minutes, and one of its own when it is disabled', async () => {
  const { xurrent, mails } = await startMailing();
  await using _ = xurrent;
  const to = ['ops@example.com', 'dev@example.com'];
  const { id } = await xurrent.create({
    name: 'Status Update',
    uri: 'https://ada:p4ss@hooks.example.net/in?key=s3cret',
    mail_exceptions_to: to.join(', '),
  });
  await xurrent.confirm();
  xurrent.receive = () => ({ kind: 'failure', status: 503 });
  for (let count = 0; count < 3; count++) await xurrent.publish();
  await xurrent.until(() => xurrent.sent.length > 30 && xurrent.engine.state().held === 0);
  const failed = [...mails];
  expect(failed.length).toBeGreaterThanOrEqual(5);
  for (const mail of failed)
    expect(mail).toMatchObject({ to, subject: `Webhook #${id} failed – Status Update` });
  for (const [index, mail] of failed.slice(1).entries())
    expect(mail.at - failed[index]!.at).toBeGreaterThanOrEqual(20 * minuteMs);
  const [{ text } = expect.fail()] = failed;
  expect(text).toContain(`${accountUrl}/webhooks/${id}`);
  expect(text).toMatch(/Target: +https:\/\/ada:\*{4}@hooks\.example\.net\/in\?key=/);
  expect(text).toMatch(/Last error: +503 Service Unavailable/);
  expect(text).toMatch(/Next attempt: +about 2026-01-01 00:0\d:\d\d UTC/);
  expect(failed.at(-1)!.text).toMatch(/Next attempt: +none/);
  expect(JSON.stringify(mails)).not.toMatch(/p4ss|s3cret/);

  await xurrent.clock.advance(8 * dayMs);
  await xurrent.publish();
  await xurrent.until(() => mails.at(-1)!.subject === `Webhook #${id} disabled – Status Update`);
  expect(mails).toHaveLength(failed.length + 1);
  expect(mails.at(-1)).toMatchObject({
    to,
    text: expect.stringMatching(/Last error: +503 Service Unavailable/) as string,
  });
});

test('tests and verification messages that fail have no mail', async () => {
  const { xurrent, mails } = await startMailing();
  await using _ = xurrent;
  const { id } = await xurrent.create({ name: 'Quiet', mail_exceptions_to: 'ops@example.com' });
  xurrent.receive = () => ({ kind: 'failure', status: 500 });
  await xurrent.call('POST', `/v1/webhooks/${id}/test`);
  await xurrent.until(() => xurrent.sent.some(({ message }) => message.object_id === 12345));
  await xurrent.clock.advance(dayMs);
  await xurrent.call('PATCH', `/v1/webhooks/${id}`, { name: 'Loud' });
  await xurrent.confirm();
  await xurrent.publish();
  await xurrent.until(() => mails.length > 0);
  expect(subjects(mails)).toEqual([`Webhook #${id} failed – Loud`]);
});

test('a webhook whose server is throttled is told of, with the offending webhooks of its own account alone', async () => {
  const { xurrent, mails } = await startMailing();
  await using _ = xurrent;
  const globex = await xurrent.tenant('globex');
  const theirs = { event: 'task.update', uri: 'https://hooks.example.net/globex', name: 'Theirs' };
  await xurrent.call('POST', '/v1/webhooks', theirs, { authorization: `Bearer ${globex.key}` });
  await xurrent.confirm();
  const uri = 'https://hooks.example.net/in';
  const addressed = { uri, mail_exceptions_to: 'ops@example.com' };
  const mine = await xurrent.create({ ...addressed, event: 'task.update', name: 'Mine' });
  await xurrent.confirm();
  const waiting = await xurrent.create({ ...addressed, event: 'ci.update', name: 'Status Update' });
  xurrent.receive = () => ({ kind: 'failure', status: 503 });
  for (let count = 0; count < 5; count++) {
    await xurrent.publish({ type: 'task.update' });
    await xurrent.publish({ type: 'task.update', tenantId: globex.id });
  }
  await xurrent.until(() => xurrent.signals.some(({ kind }) => kind === 'server.throttled'));
  await xurrent.publish({ type: 'ci.update' });
  const subject = `Webhook #${waiting.id} throttled – Status Update`;
  await xurrent.until(() => subjects(mails).includes(subject));
  const { text } = mails.find((mail) => mail.subject === subject)!;
  expect(text).toMatch(new RegExp(`Offending webhooks: +#${mine.id} Mine$`, 'm'));
  expect(mails.map((mail) => mail.text).join()).not.toContain('Theirs');
});
