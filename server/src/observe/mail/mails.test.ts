// Who gets which mail about which webhook, and when: from a signal to what a mail program shows.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startMailServer, type MailServer } from '../../../test/receivers/mail-server.ts';
import { sampleWebhook } from '../../../test/sample-webhook.ts';
import { testEpoch } from '../../../test/test-clock.ts';
import { hourMs, minuteMs } from '../../domain/clock.ts';
import { noticesToAdministrators } from '../../domain/mail-rules.ts';
import type { Signal } from '../../domain/signal.ts';
import type { Webhook } from '../../domain/webhook.ts';
import {
  attempted,
  disabled,
  eachFailure,
  givenMails,
  statusUpdate,
} from '../../../test/mail/given-mails.ts';

const other = sampleWebhook({ id: 'wh_2', wireId: 2, name: 'Other' });
let server: MailServer;

beforeEach(async () => {
  server = await startMailServer();
});
afterEach(() => server[Symbol.asyncDispose]());

test('a failed attempt is worth a mail that tells which webhook, what happened, what comes and what to do', async () => {
  const { mails } = givenMails(server);
  mails.listen(attempted(statusUpdate));
  const [{ mail, to } = expect.fail()] = await arrived(1);
  expect(to).toEqual(['ops@example.com']);
  expect(mail.subject).toBe('Webhook #179 failed – Status Update');
  for (const text of [mail.text!, readable(mail.html)]) {
    expect(text).toMatch(/Webhook:? +#179 Status Update/);
    expect(text).toMatch(/Id:? +wh_179/);
    expect(text).toMatch(/Page:? +https:\/\/acme\.example\/webhooks\/179/);
    expect(text).toMatch(
      /Target:? +https:\/\/user:\*{4}@receiver\.example\/hook\?token=\[redacted\]&env=prod/,
    );
    expect(text).toMatch(/Last error:? +503 Service Unavailable/);
    expect(text).toMatch(/When:? +2026-01-01 00:00:00 UTC/);
    expect(text).toMatch(/What:? +attempt 3 of dlv_1 with invoice\.paid/);
    expect(text).toMatch(/Next attempt:? +about 2026-01-01 01:00:00 UTC/);
    expect(text).toContain('GET https://hooks.example/api/v1/deliveries?webhookId=wh_179');
    expect(text).toContain('kept for 90 days');
    expect(text).toContain('within 10 s');
    expect(text).toContain('POST https://hooks.example/api/v1/webhooks/wh_179/test');
    expect(text).not.toContain('query-secret');
  }
  expect(mail.html).toContain('<a href="https://acme.example/webhooks/179">');
});

test('an error without an answer is told in words, and a delivery that is over as such', async () => {
  const { mails } = givenMails(server);
  const outcome = {
    kind: 'error',
    reason: 'timeout_headers',
    detail: 'No complete response head came in time',
  } as const;
  mails.listen(
    attempted(statusUpdate, { outcome, state: { kind: 'exhausted', at: testEpoch, reason: 'attempts' } }),
  );
  const [{ mail } = expect.fail()] = await arrived(1);
  expect(mail.text).toMatch(/Last error: +No complete response head came in time \(timeout_headers\)/);
  expect(mail.text).toMatch(/Next attempt: +none: .* exhausted/);
});

test('while the breaker is open the next attempt is told for when it may come', async () => {
  const { mails } = givenMails(server);
  const { id: webhookId, tenantId } = statusUpdate;
  mails.listen({ kind: 'breaker.opened', tenantId, webhookId, until: testEpoch + 2 * hourMs });
  mails.listen(attempted(statusUpdate));
  const [{ mail } = expect.fail()] = await arrived(1);
  expect(mail.text).toMatch(/Next attempt: +about 2026-01-01 02:00:00 UTC/);
});

test('a webhook has at most one failure mail in 20 minutes, whatever others have', async () => {
  const { mails, clock, webhooks } = givenMails(server);
  webhooks.set(other.id, other);
  mails.listen(attempted(statusUpdate));
  mails.listen(attempted(statusUpdate));
  await arrived(1);
  await clock.advance(20 * minuteMs - 1);
  mails.listen(attempted(statusUpdate));
  mails.listen(attempted(other));
  await arrived(2);
  await clock.advance(1);
  mails.listen(attempted(statusUpdate));
  expect(subjects(await arrived(3))).toEqual([
    'Webhook #179 failed – Status Update',
    'Webhook #2 failed – Other',
    'Webhook #179 failed – Status Update',
  ]);
});

test('messages that verify or test a webhook are no failed deliveries, and of a deleted webhook nobody is told', async () => {
  const { mails, webhooks } = givenMails(server);
  webhooks.set(other.id, other);
  mails.listen(attempted(statusUpdate, { purpose: 'verification' }));
  mails.listen(attempted(statusUpdate, { purpose: 'test' }));
  mails.listen(attempted({ ...statusUpdate, id: 'wh_deleted' }));
  mails.listen(attempted(other, { purpose: 'event' }));
  expect(subjects(await arrived(1))).toEqual(['Webhook #2 failed – Other']);
});

test('a webhook that fails all the time is looked up once in 20 minutes', async () => {
  const { mails, lookups, clock } = givenMails(server, { mailRulesOf: () => noticesToAdministrators });
  for (let count = 0; count < 1_000; count++) mails.listen(attempted(statusUpdate));
  await clock.settle();
  for (let count = 0; count < 1_000; count++) mails.listen(attempted(statusUpdate));
  await clock.settle();
  expect(lookups()).toBe(1);
});

test('where only notices are wanted, failed attempts have no mail, and a day and 3 days of failing have one each', async () => {
  const notices = { ...noticesToAdministrators, recipients: () => ['ops@example.com'] };
  const { mails } = givenMails(server, { mailRulesOf: () => notices });
  mails.listen(attempted(statusUpdate));
  mails.listen(failing(statusUpdate, '1d'));
  mails.listen(attempted(statusUpdate));
  mails.listen(failing(statusUpdate, '3d'));
  const received = await arrived(2);
  expect(subjects(received)).toEqual(Array(2).fill('Webhook #179 failed – Status Update'));
  expect(received[0]!.mail.text).toContain('For a day no delivery to this webhook has succeeded');
  expect(received[0]!.mail.text).toMatch(/Last error: +503 Service Unavailable/);
  expect(received[1]!.mail.text).toContain('For 3 days no delivery');
});

test('where each failure has its mail, a notice says nothing more', async () => {
  const { mails } = givenMails(server);
  mails.listen(failing(statusUpdate, '1d'));
  mails.listen(attempted(statusUpdate));
  const [{ mail } = expect.fail()] = await arrived(1);
  expect(mail.text).toContain('A delivery to this webhook failed');
});

describe('disabling', () => {
  test('has a mail of its own, also within 20 minutes of another', async () => {
    const { mails, webhooks } = givenMails(server);
    mails.listen(attempted(statusUpdate));
    await arrived(1);
    webhooks.set(statusUpdate.id, {
      ...statusUpdate,
      state: { kind: 'disabled', reason: 'failing', since: 0 },
    });
    mails.listen(disabled(statusUpdate, 'failing'));
    const [, { mail } = expect.fail()] = await arrived(2);
    expect(mail.subject).toBe('Webhook #179 disabled – Status Update');
    expect(mail.text).toMatch(/Last error: +503 Service Unavailable/);
    expect(mail.text).toMatch(/What waits: +pending deliveries, until it is enabled again/);
    expect(mail.text).toContain('POST https://hooks.example/api/v1/webhooks/wh_179/resume');
  });

  test('by 410 is told as such, even where the attempt is not known', async () => {
    const { mails } = givenMails(server);
    mails.listen(disabled(statusUpdate, 'gone'));
    const [{ mail } = expect.fail()] = await arrived(1);
    expect(mail.text).toContain('its receiver answered 410');
    expect(mail.text).toMatch(/Last error: +410 Gone/);
  });

  test('by a client or by expiry is no news', async () => {
    const { mails } = givenMails(server);
    mails.listen(disabled(statusUpdate, 'client'));
    mails.listen(disabled(statusUpdate, 'expired'));
    mails.listen(attempted(statusUpdate));
    expect(subjects(await arrived(1))).toEqual(['Webhook #179 failed – Status Update']);
  });

  test('needs no second mail about the attempt that brought it about', async () => {
    const { mails, webhooks } = givenMails(server);
    webhooks.set(statusUpdate.id, { ...statusUpdate, state: { kind: 'disabled', reason: 'gone', since: 0 } });
    mails.listen(attempted(statusUpdate, { outcome: { kind: 'failure', status: 410 }, phrase: 'Gone' }));
    mails.listen(disabled(statusUpdate, 'gone'));
    expect(subjects(await arrived(1))).toEqual(['Webhook #179 disabled – Status Update']);
  });
});

describe('a throttled server', () => {
  const foreign = sampleWebhook({ id: 'wh_9', tenantId: 'tnt_2', wireId: 9, name: 'Foreign' });

  test('is told with the offending webhooks of the own tenant, and of no other', async () => {
    const { mails, webhooks } = givenMails(server, {
      mailRulesOf: () => ({ ...eachFailure, failures: 'notices' }),
    });
    for (const webhook of [other, foreign]) webhooks.set(webhook.id, webhook);
    mails.listen(throttled(statusUpdate, [other, foreign]));
    const [{ mail } = expect.fail()] = await arrived(1);
    expect(mail.subject).toBe('Webhook #179 throttled – Status Update');
    expect(mail.text).toContain('Requests to https://receiver.example:443 keep failing');
    expect(mail.text).toMatch(/Offending webhooks: +#2 Other$/m);
    expect(mail.text).toMatch(/What waits: +all but one that is tried about 2026-01-01 00:05:00 UTC/);
    expect(mail.text).not.toContain('Foreign');
  });

  test('counts in the same 20 minutes as failures', async () => {
    const { mails, clock } = givenMails(server);
    mails.listen(attempted(statusUpdate));
    mails.listen(throttled(statusUpdate, []));
    await arrived(1);
    await clock.advance(20 * minuteMs);
    mails.listen(throttled(statusUpdate, []));
    mails.listen(attempted(statusUpdate));
    await arrived(2);
    mails.listen(disabled(statusUpdate, 'failing'));
    expect(subjects(await arrived(3))).toEqual([
      'Webhook #179 failed – Status Update',
      'Webhook #179 throttled – Status Update',
      'Webhook #179 disabled – Status Update',
    ]);
  });
});

describe('recipients', () => {
  test('are the administrators where the webhook has none of its own', async () => {
    const { mails } = givenMails(server, {
      mailRulesOf: () => ({ ...eachFailure, recipients: () => [] }),
      administratorsOf: async (tenantId) => [`admin@${tenantId.replace('_', '')}.example`, 'not an address'],
    });
    mails.listen(attempted(statusUpdate));
    const [{ to } = expect.fail()] = await arrived(1);
    expect(to).toEqual(['admin@tnt1.example']);
  });

  test('that nobody is, are missed in the log, which says what to set', async () => {
    const { mails, said } = givenMails(server, {
      mailRulesOf: () => ({ ...eachFailure, recipients: () => [] }),
    });
    mails.listen(attempted(statusUpdate));
    await vi.waitFor(() => expect(said).toHaveLength(1));
    expect(said[0]).toMatchObject({
      level: 'warn',
      more: {
        webhookId: 'wh_179',
        subject: 'Webhook #179 failed – Status Update',
        error: '503 Service Unavailable',
        hint: expect.stringContaining('e-mail address') as string,
      },
    });
  });

  test('can not add a head or a recipient through their address', async () => {
    const hostile = [
      'eve@example.com\r\nBcc: all@example.com',
      'eve@example.com, all@example.com',
      'bob@example.com',
    ];
    const { mails, said } = givenMails(server, {
      mailRulesOf: () => ({ ...eachFailure, recipients: () => hostile }),
    });
    mails.listen(attempted(statusUpdate));
    const [{ to } = expect.fail()] = await arrived(1);
    expect(to).toEqual(['bob@example.com']);
    await vi.waitFor(() => expect(said.map(({ text }) => text)).toEqual(['mail sent']));
  });
});

test('without a mail server the log says once per decision what the mail would have said', async () => {
  const { mails, said, counted, clock } = givenMails(null);
  mails.listen(attempted(statusUpdate, { phrase: 'words of the receiver' }));
  mails.listen(attempted(statusUpdate));
  await clock.settle();
  expect(said).toEqual([
    {
      level: 'warn',
      text: 'mail not sent: no mail server',
      more: {
        tenantId: 'tnt_1',
        webhookId: 'wh_179',
        subject: 'Webhook #179 failed – Status Update',
        error: '503 Service Unavailable',
        hint: 'set SMTP_URL to have such mails sent',
      },
    },
  ]);
  expect(counted).toEqual([]);
});

test('a database that fails costs one mail, is told, and no later mail', async () => {
  let broken = true;
  const { mails, said, counted } = givenMails(server, {
    administratorsOf: async () => {
      if (broken) throw new Error('disk');
      return ['ops@example.com'];
    },
    mailRulesOf: () => ({ ...eachFailure, recipients: () => [] }),
  });
  mails.listen(attempted(statusUpdate));
  await vi.waitFor(() =>
    expect(said).toMatchObject([{ level: 'error', more: { cause: new Error('disk') } }]),
  );
  broken = false;
  mails.listen(disabled(statusUpdate, 'failing'));
  await arrived(1);
  await vi.waitFor(() => expect(counted).toEqual(['failed', 'sent']));
});

describe('hostile names', () => {
  test('with line breaks add no line to the head and none to the text', async () => {
    const name = 'a\r\nBcc: eve@example.com\u2028\nContent-Type: text/html\r\n\r\nWhat to do:\u202E';
    const { mails, webhooks } = givenMails(server);
    webhooks.set(statusUpdate.id, { ...statusUpdate, name });
    mails.listen(attempted(statusUpdate, { phrase: 'no\r\nWhat to do: send money' }));
    const [{ mail, to, raw } = expect.fail()] = await arrived(1);
    expect(to).toEqual(['ops@example.com']);
    expect(mail.subject).toBe(
      'Webhook #179 failed – a Bcc: eve@example.com Content-Type: text/html What to do:',
    );
    expect(raw.slice(0, raw.indexOf('\r\n\r\n'))).not.toMatch(/^(Bcc|Content-Type: text)/im);
    expect(mail.text!.match(/^What to do:/gm)).toHaveLength(1);
    expect(mail.text).not.toContain('\u202E');
  });

  test('are only text in HTML', async () => {
    const name = `<img src=x onerror="alert('1')"><b>&amp;`;
    const url = 'https://receiver.example/<script>alert(1)</script>';
    const { mails, webhooks } = givenMails(server, {
      mailRulesOf: () => ({
        ...eachFailure,
        pageUrl: () => `javascript:alert("${name}")`,
        target: () => url,
      }),
    });
    webhooks.set(statusUpdate.id, { ...statusUpdate, name });
    mails.listen(attempted(statusUpdate));
    const [{ mail } = expect.fail()] = await arrived(1);
    expect(mail.html).not.toMatch(/<(img|b|script|a)\b/i);
    expect(readable(mail.html)).toContain(`#179 ${name}`);
    expect(readable(mail.html)).toContain(url);
  });

  test('of any length leave a mail that can be read', async () => {
    const { mails, webhooks } = givenMails(server);
    webhooks.set(statusUpdate.id, { ...statusUpdate, name: '𝔞'.repeat(100_000) });
    mails.listen(attempted(statusUpdate, { phrase: 'x'.repeat(100_000) }));
    const [{ mail, raw } = expect.fail()] = await arrived(1);
    expect(mail.subject).toBe(`Webhook #179 failed – ${'𝔞'.repeat(99)}…`);
    expect(raw.length).toBeLessThan(20_000);
  });

  test('that are blank are told as such', async () => {
    const { mails, webhooks } = givenMails(server);
    webhooks.set(statusUpdate.id, { ...statusUpdate, name: '\u200B \t' });
    mails.listen(attempted(statusUpdate));
    expect(subjects(await arrived(1))).toEqual(['Webhook #179 failed – (no name)']);
  });
});

async function arrived(count: number) {
  await vi.waitFor(() => expect(server.received).toHaveLength(count), 20_000);
  return server.received;
}

function subjects(received: MailServer['received']): readonly (string | undefined)[] {
  return received.map(({ mail }) => mail.subject);
}

/** What an HTML mail shows: no tags, entities as their characters. */
function readable(html: string | false | undefined): string {
  return String(html)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

function failing({ id: webhookId, tenantId }: Webhook, notice: '1d' | '3d'): Signal {
  return { kind: 'webhook.failing', tenantId, webhookId, notice };
}

function throttled({ id: webhookId, tenantId }: Webhook, offenders: readonly Webhook[]): Signal {
  return {
    kind: 'server.throttled',
    server: 'https://receiver.example:443',
    tenantId,
    webhookId,
    until: testEpoch + 5 * minuteMs,
    offenders: offenders.map((each) => ({ tenantId: each.tenantId, webhookId: each.id })),
  };
}
