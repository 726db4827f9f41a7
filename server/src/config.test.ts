import { describe, expect, test } from 'vitest';
import { readConfig, remarksOn, settings, shownConfiguration, withEgressOf } from './config.ts';
import { configurationPage } from './config/document.ts';
import { noEnvFile, parseEnvFile } from './config/env-file.ts';
import { BadSettings, type Sources } from './config/resolve.ts';
import { flagOf, variableOf } from './config/setting.ts';
import { showSettings } from './config/show.ts';
import { defaultRetrySchedule } from './domain/retry-schedule.ts';
import { Secret } from './domain/secret.ts';

const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64');

test('without any source every setting has its documented default', () => {
  const { config, origins } = read({});
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 8480,
    databaseUrl: { kind: 'sqlite', path: './data/posthorn.db' },
    publicUrl: null,
    adminUsername: 'admin',
    adminPassword: null,
    adminEmail: null,
    confluenceContextPath: '/confluence',
    confluenceShapes: 'observed',
    confluenceMaskSecret: false,
    deliveryProfile: 'durable',
    retentionDays: 90,
    payloadBytesMax: 262_144,
  });
  expect(config.retrySchedule).toEqual(defaultRetrySchedule);
  expect(Object.values(origins).every(({ origin }) => origin === 'default')).toBe(true);
});

test('the settings of the address guard follow what is read again, the others stay as they started', () => {
  const before = read({ environment: { POSTHORN_PORT: '1', POSTHORN_EGRESS_ALLOW_HTTP: 'false' } }).origins;
  const again = {
    POSTHORN_PORT: '2',
    POSTHORN_EGRESS_ALLOW_HTTP: 'true',
    POSTHORN_DNS_SERVERS: '192.0.2.53',
  };
  const shown = shownConfiguration({ origins: withEgressOf(read({ environment: again }).origins, before) });
  const valueOf = (name: string) => shown.find((one) => one.name === `POSTHORN_${name}`)?.value;
  expect(valueOf('PORT')).toBe('1');
  expect(valueOf('EGRESS_ALLOW_HTTP')).toBe('true');
  expect(valueOf('DNS_SERVERS')).toBe('192.0.2.53');
});

test('a flag wins over the environment, that over .env, that over the default', () => {
  const environment = { POSTHORN_PORT: '2', POSTHORN_HOST: '127.0.0.2' };
  const file = parseEnvFile('POSTHORN_PORT=3\nPOSTHORN_HOST=127.0.0.3\nPOSTHORN_RETENTION_DAYS=3');
  const { config, origins } = read({ flags: { port: '1' }, environment, file });
  expect([config.port, config.host, config.retentionDays]).toEqual([1, '127.0.0.2', 3]);
  expect([origins['port'], origins['host'], origins['retentionDays']].map((found) => found?.origin)).toEqual([
    'flag',
    'environment',
    '.env',
  ]);
});

test('an empty text counts as none', () => {
  expect(read({ environment: { POSTHORN_PORT: '', POSTHORN_ADMIN_TOKEN: '' } }).config.port).toBe(8480);
});

describe('OPS-03: a bad setting is refused and named', () => {
  test.each([
    ['POSTHORN_PORT', '80o'],
    ['POSTHORN_PORT', '65536'],
    ['POSTHORN_PORT', '-1'],
    ['POSTHORN_HOST', 'http://example.com'],
    ['POSTHORN_HOST', 'a b'],
    ['POSTHORN_PUBLIC_URL', 'ftp://example.com'],
    ['POSTHORN_PUBLIC_URL', 'https://user:secret@example.com'],
    ['POSTHORN_PUBLIC_URL', 'hooks.example.com'],
    ['POSTHORN_DATABASE_URL', 'posthorn.db'],
    ['POSTHORN_DATABASE_URL', 'sqlite:'],
    ['POSTHORN_DATABASE_URL', 'postgres://localhost'],
    ['POSTHORN_DATABASE_URL', 'postgres:'],
    ['POSTHORN_MASTER_KEY', 'short'],
    ['POSTHORN_MASTER_KEY', Buffer.alloc(32).toString('base64')],
    ['POSTHORN_MASTER_KEY', Buffer.alloc(31, key).toString('base64')],
    ['POSTHORN_ADMIN_PASSWORD', 'short'],
    ['POSTHORN_ADMIN_TOKEN', 'short'],
    ['POSTHORN_ADMIN_TOKEN', 'correct horse battery staple'],
    ['POSTHORN_ADMIN_EMAIL', 'ada'],
    ['POSTHORN_ADMIN_EMAIL', 'ada@example.com,bea@example.com'],
    ['POSTHORN_ADMIN_USERNAME', 'ada:lovelace'],
    ['POSTHORN_ADMIN_USERNAME', 'ada lovelace'],
    ['POSTHORN_RETRY_SCHEDULE', '5'],
    ['POSTHORN_RETRY_SCHEDULE', '5s,,x'],
    ['POSTHORN_RETRY_SCHEDULE', '0s'],
    ['POSTHORN_RETRY_SCHEDULE', '31d'],
    ['POSTHORN_RETENTION_DAYS', '0'],
    ['POSTHORN_PAYLOAD_BYTES_MAX', '1048577'],
    ['POSTHORN_EGRESS_ALLOW_CIDRS', '10.0.0.0/33'],
    ['POSTHORN_EGRESS_ALLOW_CIDRS', 'localhost'],
    ['POSTHORN_EGRESS_ALLOW_PORTS', '80-'],
    ['POSTHORN_EGRESS_ALLOW_HTTP', 'maybe'],
    ['POSTHORN_EGRESS_TLS_VERIFY', 'never'],
    ['POSTHORN_DNS_SERVERS', 'dns.example.com'],
    ['POSTHORN_TRUST_PROXY', 'proxy.example.com'],
    ['POSTHORN_CONFLUENCE_CONTEXT_PATH', 'confluence'],
    ['POSTHORN_CONFLUENCE_SHAPES', 'strict'],
    ['POSTHORN_SMTP_URL', 'mail.example.com'],
    ['POSTHORN_SMTP_URL', 'https://mail.example.com'],
    ['POSTHORN_SMTP_URL', 'smtp://'],
    ['POSTHORN_SMTP_URL', 'smtp://mail.example.com:0'],
    ['POSTHORN_SMTP_URL', 'smtp://mail.example.com:99999'],
    ['POSTHORN_SMTP_URL', 'smtp://mail.example.com/inbox'],
    ['POSTHORN_SMTP_URL', 'smtp://user@mail.example.com'],
    ['POSTHORN_SMTP_URL', 'smtp://user:100%@mail.example.com'],
    ['POSTHORN_SMTP_URL', 'smtp://mail.example.com?logger=true'],
    ['POSTHORN_SMTP_URL', 'smtp://mail.example.com?requireTls=true'],
    ['POSTHORN_MAIL_FROM', 'posthorn'],
    ['POSTHORN_MAIL_FROM', 'Posthorn posthorn@example.com'],
    ['POSTHORN_MAIL_FROM', 'Posthorn <posthorn>'],
    ['POSTHORN_MAIL_FROM', 'a@example.com, b@example.com'],
    ['POSTHORN_MAIL_FROM', 'Posthorn\r\nBcc: all <posthorn@example.com>'],
    ['POSTHORN_LOG_LEVEL', 'loud'],
  ])('%s=%s', (name, text) => {
    const problems = problemsOf({ environment: { [name]: text } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} (?!is no setting)`));
  });

  test.each([
    ['POSTHORN_MASTER_KEY', 'hunter2'],
    ['POSTHORN_SMTP_URL', 'smtp://user:hunter2@mail.example.com:0'],
    ['POSTHORN_SMTP_URL', 'smtp://user:hunter2@mail.example.com?hunter2=hunter2'],
  ])('a secret is not repeated in the problem of %s', (name, text) => {
    const [problem] = problemsOf({ environment: { [name]: text } });
    expect(problem).not.toContain('hunter2');
  });
});

test('unknown names are problems and name the nearest known one', () => {
  const problems = problemsOf({
    environment: { POSTHORN_PROT: '1', UNRELATED: 'x' },
    file: parseEnvFile('POSTHORN_DATABASE_URI=sqlite:x.db\nOTHER=1'),
    otherFlags: ['--hots', '--entirely-different'],
  });
  expect(problems).toEqual([
    '--hots is no flag; did you mean --host?',
    '--entirely-different is no flag',
    'POSTHORN_PROT is no setting; did you mean POSTHORN_PORT?',
    'POSTHORN_DATABASE_URI in .env is no setting; did you mean POSTHORN_DATABASE_URL?',
  ]);
});

test('all problems of all sources are told at once, each with its place', () => {
  const problems = problemsOf({
    flags: { port: 'x' },
    environment: { POSTHORN_HOST: '?' },
    file: parseEnvFile('POSTHORN_LOG_LEVEL=loud\nnonsense'),
  });
  expect(problems).toEqual([
    '.env line 2 is not NAME=value',
    'POSTHORN_HOST must be an address or a host name, without port or brackets',
    '--port must be a whole number, 0 to 65535',
    'POSTHORN_LOG_LEVEL in .env must be trace, debug, info, warn, error, fatal or silent',
  ]);
});

test('a line of .env that only lacks the prefix is told with the name that is read', () => {
  const file = parseEnvFile(
    'SMTP_URL=smtp://a\nPORT=3000\nPOSTHORN_PORT=1\nPUBLIC_URL=x\nLOG_LEVEL=x\nOTHER=1',
  );
  const environment = { POSTHORN_PUBLIC_URL: 'https://a.example' };
  const sources = { flags: { logLevel: 'info' }, otherFlags: [], environment, file };
  expect(remarksOn(readConfig(sources), sources)).toBe(
    'SMTP_URL in .env is not read: the setting is POSTHORN_SMTP_URL\n',
  );
});

test('an .env file may have comments, quotes and export', () => {
  const { values, problems } = parseEnvFile(
    ['# a comment', '', 'A=1 # one', ' export B = "two # 2" ', "C='three'", 'D=', 'E=a#b', 'A=again'].join(
      '\r\n',
    ),
  );
  expect(problems).toEqual([]);
  expect(Object.fromEntries(values)).toEqual({ A: 'again', B: 'two # 2', C: 'three', D: '', E: 'a#b' });
  expect(parseEnvFile('A="open\n=1\n1A=2').problems).toHaveLength(3);
});

test('SEC-06: the printed settings show their origin and mask secrets', () => {
  const { origins } = read({
    flags: { adminPassword: 'correct horse battery' },
    environment: { POSTHORN_MASTER_KEY: key },
  });
  const shown = showSettings(settings, origins);
  expect(shown).toMatch(/^POSTHORN_ADMIN_PASSWORD +\*\*\*\* +flag$/m);
  expect(shown).toMatch(/^POSTHORN_MASTER_KEY +\*\*\*\* +environment$/m);
  expect(shown).toMatch(/^POSTHORN_PORT +8480 +default$/m);
  expect(shown).not.toContain('horse');
  expect(shown).not.toContain(key);
});

test.each([
  'postgres://localhost/posthorn',
  'postgresql://ada:p%40ss@[::1]:5433/orders?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem',
  'postgres:///posthorn?host=%2Frun%2Fpostgresql',
])('%s is a PostgreSQL database', (text) => {
  const { databaseUrl } = read({ environment: { POSTHORN_DATABASE_URL: text } }).config;
  expect(databaseUrl).toEqual({ kind: 'postgres', url: expect.any(Secret) });
  expect(databaseUrl.kind === 'postgres' && databaseUrl.url.reveal()).toBe(text);
});

test('SEC-06: of the URL of a database everything is shown but passwords', () => {
  const shownAs = (text: string) => {
    const { origins } = read({ environment: { POSTHORN_DATABASE_URL: text } });
    return /^POSTHORN_DATABASE_URL +(\S+)/m.exec(showSettings(settings, origins))?.[1];
  };
  expect(shownAs('sqlite:/var/lib/posthorn.db')).toBe('sqlite:/var/lib/posthorn.db');
  expect(shownAs('postgres://localhost/posthorn')).toBe('postgres://localhost/posthorn');
  expect(shownAs('postgres://ada:s3cret@db/orders?sslmode=require')).toBe(
    'postgres://ada:****@db/orders?sslmode=require',
  );
  expect(shownAs('postgres://ada@db/orders?password=s3cret')).toBe('postgres://ada@db/orders?password=****');
});

test.each([
  'smtp://mail.example.com',
  'smtps://us%40er:p%3Ass@[::1]:465/?tls.rejectUnauthorized=false&name=hooks.example',
  'smtp://127.0.0.1:2525?requireTLS=true',
])('%s is a mail server', (text) => {
  expect(read({ environment: { POSTHORN_SMTP_URL: text } }).config.smtpUrl!.reveal()).toBe(text);
});

test.each([
  ['posthorn@example.com', 'posthorn@example.com'],
  ['<posthorn@example.com>', 'posthorn@example.com'],
  ['Acme Hooks <posthorn@example.com>', 'Acme Hooks <posthorn@example.com>'],
])('mails may come from %s', (text, from) => {
  expect(read({ flags: { mailFrom: text } }).config.mailFrom).toBe(from);
});

test('the configuration page has a row for every setting', () => {
  const page = configurationPage(settings);
  for (const name of Object.keys(settings)) {
    expect(page).toContain(`| \`${variableOf(name)}\` | \`${flagOf(name)}\` |`);
  }
});

function read(sources: Partial<Sources>) {
  return readConfig({ flags: {}, otherFlags: [], environment: {}, file: noEnvFile, ...sources });
}

function problemsOf(sources: Partial<Sources>): readonly string[] {
  try {
    read(sources);
  } catch (error) {
    if (error instanceof BadSettings) return error.problems;
    throw error;
  }
  return [];
}
