import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMailServer, type MailServer } from '../../../test/receivers/mail-server.ts';
import { steadyClock } from '../../clock.ts';
import { sendBySmtp } from './smtp.ts';
import { makeSendTestMail } from './test-mail.ts';

let mails: MailServer;
beforeAll(async () => {
  mails = await startMailServer({
    onRcptTo: ({ address }, _session, taken) =>
      taken(address.startsWith('nobody') ? new Error('no such user') : null),
  });
});
afterAll(() => mails[Symbol.asyncDispose]());

const sendTest = (url = mails.url()) =>
  makeSendTestMail({
    send: sendBySmtp(url, 'Posthorn <posthorn@example.com>'),
    clock: steadyClock(),
    apiUrl: 'https://hooks.example.com',
  });

test('a test mail arrives, from the sender that all mails have', async () => {
  expect(await sendTest()('ada@example.com')).toEqual({ kind: 'sent', refused: [] });
  const [{ to, from, mail }] = mails.received as [(typeof mails.received)[number]];
  expect([to, from]).toEqual([['ada@example.com'], 'posthorn@example.com']);
  expect(mail.subject).toBe('Posthorn can send you mails');
  expect(mail.text).toContain('https://hooks.example.com');
  expect(mail.html).toContain('https://hooks.example.com');
});

test('what the mail server says against it is told', async () => {
  expect(await sendTest()('nobody@example.com')).toMatchObject({ kind: 'failed' });
});
