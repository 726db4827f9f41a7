// What a running server does about a webhook that it disables: a mail where it can send one, and a line in the log where not.

import { expect, test, vi } from 'vitest';
import { startPosthorn, type Posthorn } from '../process/posthorn.ts';
import { startMailServer } from '../receivers/mail-server.ts';
import { startReceiver } from '../receivers/receiver.ts';
import { createWebhook, publish } from './given.ts';

test('without a mail server the log says what the mail would have said, and what to set', async () => {
  await using posthorn = await startPosthorn();
  const line = await lineAfterGone(posthorn, 'mail not sent: no mail server');
  expect(line).toMatchObject({
    subject: expect.stringMatching(/^Webhook wh_\w+ disabled – Billing$/) as string,
    error: '410 Gone',
    hint: expect.stringContaining('SMTP_URL') as string,
  });
  const authorization = `Bearer ${posthorn.token}`;
  const metrics = await fetch(`${posthorn.url}/metrics`, { headers: { authorization } });
  expect(await metrics.text()).toMatch(/^posthorn_mails_total\{result="sent",node="[^"]+"\} 0$/m);
});

test('SEC-06: with one, a webhook that nobody gets mails for is told, and the password of the server never', async () => {
  await using mails = await startMailServer({ login: { user: 'posthorn', pass: 'mail-secret' } });
  await using posthorn = await startPosthorn({ env: { POSTHORN_SMTP_URL: mails.url().reveal() } });
  const line = await lineAfterGone(posthorn, 'mail not sent: no recipient');
  expect(line).toMatchObject({
    error: '410 Gone',
    hint: expect.stringContaining('e-mail address') as string,
  });
  expect((await posthorn.stop()).code).toBe(0);
  expect(posthorn.logs()).not.toContain('mail-secret');
});

/** The log line with this text that follows on a receiver's 410 Gone. */
async function lineAfterGone(posthorn: Posthorn, text: string): Promise<unknown> {
  await using receiver = await startReceiver(() => ({ status: 410 }));
  await createWebhook(posthorn, receiver.url, { name: 'Billing' });
  await publish(posthorn, 'invoice.paid');
  const lineOf = () =>
    posthorn
      .logs()
      .split('\n')
      .find((line) => line.includes(`"msg":"${text}"`));
  await vi.waitFor(() => expect(lineOf()).toBeDefined(), 60_000);
  return JSON.parse(lineOf()!);
}
