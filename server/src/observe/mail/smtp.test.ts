// What reaches a mail server over real sockets, and what is told when it does not.

import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { makeCertificate } from '../../../test/receivers/certificate.ts';
import { startMailServer } from '../../../test/receivers/mail-server.ts';
import { Secret } from '../../domain/secret.ts';
import { sendBySmtp } from './smtp.ts';
import type { Mail } from './transport.ts';

const from = 'Posthorn <posthorn@hooks.example>';
const mail: Mail = {
  id: 'failed.wh_1.5',
  to: ['ada@example.com', 'bob@example.com'],
  subject: 'Webhook #179 failed – Zürich',
  text: 'Grüße\n',
  html: '<p>Grüße</p>\n',
  at: Date.UTC(2026, 0, 1),
};
const selfSigned = makeCertificate({ name: '127.0.0.1' });

test('a mail arrives with sender, recipients, subject, both texts and a head that no program answers', async () => {
  await using server = await startMailServer();
  expect(await send(server.url())).toEqual({ kind: 'sent', refused: [] });
  const [{ mail: read, ...envelope } = expect.fail()] = server.received;
  expect(envelope).toMatchObject({ from: 'posthorn@hooks.example', to: mail.to, secure: false });
  expect(read).toMatchObject({
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    from: { text: '"Posthorn" <posthorn@hooks.example>' },
    to: { text: 'ada@example.com, bob@example.com' },
    messageId: '<failed.wh_1.5@hooks.example>',
    date: new Date(mail.at),
  });
  expect(read.headers.get('auto-submitted')).toBe('auto-generated');
});

test.each([
  ['smtps', { secure: true }],
  ['smtp', { startTls: true }],
])('%s: a certificate that nobody vouches for is refused, unless the URL accepts it', async (scheme, tls) => {
  const { cert, key } = selfSigned;
  await using server = await startMailServer({ cert, key, ...tls });
  expect(await send(server.url('', scheme))).toMatchObject({
    kind: 'failed',
    permanent: false,
    detail: expect.stringMatching(/self-signed certificate/) as string,
  });
  expect(server.tries).toBe(0);
  expect(await send(server.url('?tls.rejectUnauthorized=false', scheme))).toMatchObject({ kind: 'sent' });
  expect(server.received[0]!.secure).toBe(true);
});

test('requireTLS sends nothing in clear where the server offers no encryption', async () => {
  await using server = await startMailServer();
  expect(await send(server.url('?requireTLS=true'))).toMatchObject({ kind: 'failed' });
  expect(server.tries).toBe(0);
});

test('a server that wants a password gets it', async () => {
  await using server = await startMailServer({ login: { user: 'posthorn', pass: 'p@ss:w/rd%' } });
  expect(await send(server.url())).toMatchObject({ kind: 'sent' });
  expect(server.received[0]!.user).toBe('posthorn');
});

test('SEC-06: a refused password is final, and told without it, whatever the server repeats', async () => {
  const login = { user: 'posthorn', pass: 'right-secret' };
  const refusal = (given: string) =>
    `${given} is wrong, ${Buffer.from(`\0posthorn\0${given}`).toString('base64')}`;
  await using server = await startMailServer({ login, refusal });
  const wrong = new Secret(server.url().reveal().replace('right', 'wrong'));
  expect(await send(wrong)).toEqual({
    kind: 'failed',
    permanent: true,
    detail: 'the mail server refused user name and password (535)',
  });
});

test('SEC-06: a server that repeats the password in another answer does not bring it into the log', async () => {
  const login = { user: 'posthorn', pass: 'wrong-secret' };
  const repeated = [login.pass, Buffer.from('\0posthorn\0wrong-secret').toString('base64')].join(' ');
  await using server = await startMailServer({
    login,
    onRcptTo: (_address, _session, callback) => callback(refused(550, `go away, ${repeated}`)),
  });
  const outcome = await send(server.url());
  expect(outcome).toMatchObject({ kind: 'failed', permanent: true });
  expect(JSON.stringify(outcome)).toContain('go away, [secret] [secret]');
});

test('what is refused for now may be tried again, and recipients that are refused beside others are told', async () => {
  let status = 451;
  await using server = await startMailServer({
    onRcptTo: ({ address }, _session, callback) =>
      address.startsWith('ada') ? callback() : callback(refused(status, 'later')),
  });
  const toBob = { ...mail, to: ['bob@example.com'] };
  expect(await send(server.url(), toBob)).toMatchObject({ kind: 'failed', permanent: false });
  status = 550;
  expect(await send(server.url(), toBob)).toMatchObject({ kind: 'failed', permanent: true });
  expect(await send(server.url())).toEqual({ kind: 'sent', refused: ['bob@example.com'] });
});

test('a server that says nothing is let go of when the send is cut', async () => {
  const closed = Promise.withResolvers<void>();
  const cut = new AbortController();
  const server = createServer((socket) => {
    socket.on('close', () => closed.resolve()).resume();
    cut.abort();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = new Secret(`smtp://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(await sendBySmtp(url, from)(mail, cut.signal)).toMatchObject({
    kind: 'failed',
    permanent: false,
    detail: expect.stringContaining('EABORT') as string,
  });
  await closed.promise;
  server.close();
});

function send(url: Secret, what = mail) {
  return sendBySmtp(url, from)(what, new AbortController().signal);
}

function refused(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
