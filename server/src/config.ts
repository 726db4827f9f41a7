// Every setting once: name, kind, default and help. The type, the flags, the check at start and docs/configuration.md come from this table.

import { secondMs } from './domain/clock.ts';
import { leaseMsMax } from './domain/shard.ts';
import {
  baseUrl,
  contextPath,
  databaseUrl,
  email,
  headerText,
  host,
  hostLabel,
  integer,
  masterKey,
  networks,
  oneOf,
  retrySchedule,
  secretOfLength,
  text,
  token,
  urlTemplate,
  username,
  uuid,
  withoutPassword,
  yesNo,
} from './config/kinds.ts';
import { configurationPage } from './config/document.ts';
import { parseCidrs, parseNames, parseNat64, parsePorts, parseProxy, parseServers } from './config/egress.ts';
import { resolve, type Origins, type Sources } from './config/resolve.ts';
import { mailbox, smtpUrl } from './config/mail.ts';
import type { EgressPolicy } from './deliver/egress/policy.ts';
import { shownSettings } from './config/show.ts';
import type { ShownSetting } from './domain/shown-setting.ts';
import { optional, setting, type Values } from './config/setting.ts';
import { unprefixed } from './config/unprefixed.ts';

export const settings = {
  host: setting({
    group: 'Listener',
    parse: host,
    default: '127.0.0.1',
    help: 'Address to listen on.',
  }),
  port: setting({
    group: 'Listener',
    parse: integer(0, 65_535),
    default: '8480',
    help: 'Port to listen on; 0 takes a free one.',
  }),
  publicUrl: optional({
    group: 'Listener',
    parse: baseUrl,
    help: "Base of links and callbacks. While unset, Confluence's `_links` use the host of the request.",
    defaultHelp: 'http://HOST:PORT',
  }),
  trustProxy: setting({
    group: 'Listener',
    parse: networks,
    default: '',
    help: 'Comma list of addresses or networks of reverse proxies whose `X-Forwarded-*` headers are believed. From any other proxy all clients have one address: after 20 wrong credentials of one of them, logins by password have to wait for all, up to a minute each.',
    defaultHelp: 'none',
  }),
  metrics: setting({
    group: 'Listener',
    parse: oneOf('key', 'public'),
    default: 'key',
    help: 'Who may read `/metrics`: holders of an API key with `SYSTEM:VIEW` (`key`), or everyone who reaches the listener (`public`).',
  }),
  nodeName: optional({
    group: 'Listener',
    parse: text,
    help: 'Name of this node in logs and metrics.',
    defaultHelp: "the machine's name",
  }),

  databaseUrl: setting({
    group: 'Storage',
    parse: databaseUrl,
    default: 'sqlite:./data/posthorn.db',
    secret: withoutPassword,
    help: '`sqlite:PATH`, whose directory must exist or be creatable, and be writable; or `postgres://USER:PASSWORD@HOST/DATABASE`, with `sslmode` and the like as its parameters ([docs/postgresql.md](postgresql.md)).',
  }),
  masterKey: optional({
    secret: true,
    group: 'Storage',
    parse: masterKey,
    help: '32 bytes in base64: encrypts secrets at rest. Required with PostgreSQL, the same on every node.',
    defaultHelp: 'with SQLite, generated beside a new database with mode 0600, never for an existing one',
  }),
  shardLeaseSeconds: setting({
    group: 'Storage',
    parse: integer(1, leaseMsMax / secondMs),
    default: '20',
    help: 'With PostgreSQL: for how long a node that falls silent keeps its part of the webhooks, before the others take it over ([docs/nodes.md](nodes.md)). The same on every node.',
  }),
  retentionDays: setting({
    group: 'Storage',
    parse: integer(1, 3_650),
    default: '90',
    help: 'Days for which finished events are kept, with their deliveries and attempts. What is unfinished is never removed.',
  }),

  adminUsername: setting({
    group: 'First administrator',
    parse: username,
    default: 'admin',
    help: 'User name of the first administrator of tenant `default`. Applied at the first start.',
  }),
  adminEmail: optional({
    group: 'First administrator',
    parse: email,
    help: 'E-mail address of the first administrator, to which mails about failing webhooks go. Applied at the first start.',
    defaultHelp: 'the user name, where that is an address',
  }),
  adminPassword: optional({
    secret: true,
    group: 'First administrator',
    parse: secretOfLength(8),
    help: 'Password of the first administrator: signing in, HTTP Basic, Confluence clients. Applied at the first start; `posthorn users reset` makes a new one.',
    defaultHelp: 'generated and printed once',
  }),
  adminToken: optional({
    secret: true,
    group: 'First administrator',
    parse: token,
    help: 'API key with all permissions in tenant `default`. Applied at the first start.',
    defaultHelp: 'generated and printed once',
  }),

  deliveryProfile: setting({
    group: 'Delivery',
    parse: oneOf('durable', 'faithful'),
    default: 'durable',
    help: "Profile of new webhooks of a drop-in dialect: `durable` retries on Posthorn's schedule and loses nothing, `faithful` reproduces the original's retry, skip and disable rules.",
  }),
  retrySchedule: setting({
    group: 'Delivery',
    parse: retrySchedule,
    default: '5s,30s,2m,10m,30m,1h,2h,4h,8h,12h,1d,1d,1d,1d,1d,1d,1d',
    help: 'Waits after attempt 1, 2, …, for webhooks without a schedule of their own.',
  }),
  deliveryConcurrency: setting({
    group: 'Delivery',
    parse: integer(1, 65_536),
    default: '1024',
    help: 'Requests in flight at once, over all webhooks.',
  }),
  saveMemory: setting({
    group: 'Delivery',
    parse: yesNo,
    default: 'false',
    help: 'Prefer little memory to speed, for a small machine: garbage is collected sooner, which costs a tenth to a third of the throughput ([docs/scaling.md](scaling.md)).',
  }),
  payloadBytesMax: setting({
    group: 'Delivery',
    parse: integer(1_024, 1_048_576),
    default: '262144',
    help: 'Largest event that is accepted, in bytes of its `data`, up to 1 MiB.',
  }),

  egressAllowCidrs: setting({
    group: 'Egress',
    parse: parseCidrs,
    default: '',
    help: 'Comma list of networks to which requests may go although they are private or reserved.',
  }),
  egressAllowPorts: setting({
    group: 'Egress',
    parse: parsePorts,
    default: '',
    help: 'Comma list of ports and ranges; when set, only these.',
    defaultHelp: 'any',
  }),
  egressAllowNames: setting({
    group: 'Egress',
    parse: parseNames,
    default: '',
    help: 'Comma list of suffixes of internal names that may be used, such as `.corp.example,.internal`.',
  }),
  egressAllowHttp: setting({
    group: 'Egress',
    parse: yesNo,
    default: 'false',
    help: 'Accept `http:` targets in dialects that want `https:`.',
  }),
  egressAllowMetadata: setting({
    group: 'Egress',
    parse: yesNo,
    default: 'false',
    help: "Let an opened network include cloud metadata addresses. Lifts the last guard of the machine's own credentials.",
  }),
  egressNat64: setting({
    group: 'Egress',
    parse: parseNat64,
    default: '',
    help: 'Comma list of NAT64 prefixes with their length, whose carried IPv4 address is judged.',
  }),
  egressProxy: optional({
    secret: true,
    group: 'Egress',
    parse: parseProxy,
    help: 'URL of a forward proxy through which every request goes.',
    defaultHelp: 'none',
  }),
  egressTlsVerify: setting({
    group: 'Egress',
    parse: oneOf('webhook', 'always'),
    default: 'webhook',
    help: "`always` verifies certificates even for a webhook that switched it off (Confluence's `sslVerificationRequired`). Authorities besides the usual ones are those of Node's own `NODE_EXTRA_CA_CERTS`.",
  }),
  dnsServers: setting({
    group: 'Egress',
    parse: parseServers,
    default: '',
    help: 'Comma list of resolvers, such as `127.0.0.1:5353`.',
    defaultHelp: "the system's",
  }),

  confluenceContextPath: setting({
    group: 'Confluence dialect',
    parse: contextPath,
    default: '/confluence',
    help: 'Context path under which the Confluence dialect answers too.',
  }),
  confluenceShapes: setting({
    group: 'Confluence dialect',
    parse: oneOf('observed', 'reference'),
    default: 'observed',
    help: 'Answer as Confluence was observed to (`observed`), or as its REST reference page shows (`reference`).',
  }),
  confluenceMaskSecret: setting({
    group: 'Confluence dialect',
    parse: yesNo,
    default: 'false',
    help: 'Mask `configuration.secret`, which Confluence itself echoes.',
  }),
  confluenceUserAgent: optional({
    group: 'Confluence dialect',
    parse: headerText,
    help: '`User-Agent` of deliveries and pings: some receivers look at it.',
    defaultHelp: 'as Confluence 9.2 sends it',
  }),

  xurrentAccount: setting({
    group: 'Xurrent dialect',
    parse: hostLabel,
    default: 'default',
    help: "Account id of tenant `default`; another tenant's is its name.",
  }),
  xurrentDomain: optional({
    group: 'Xurrent dialect',
    parse: host,
    help: 'Domain of the instance, `{domain}` in the URLs below, such as `xurrent.example`. Without it, each URL that is not set is `PUBLIC_URL`.',
  }),
  xurrentApiUrl: optional({
    group: 'Xurrent dialect',
    parse: urlTemplate,
    help: 'Base of REST links.',
    defaultHelp: '`https://api.{domain}`',
  }),
  xurrentAccountUrl: optional({
    group: 'Xurrent dialect',
    parse: urlTemplate,
    help: "An account's own host, as deliveries name it.",
    defaultHelp: '`https://{account}.{domain}`',
  }),
  xurrentOauthUrl: optional({
    group: 'Xurrent dialect',
    parse: urlTemplate,
    help: 'Where clients ask for tokens; the log tells it at the start, with the other addresses.',
    defaultHelp: '`https://oauth.{domain}`',
  }),
  xurrentIssuer: optional({
    group: 'Xurrent dialect',
    parse: urlTemplate,
    help: "`iss` of signed deliveries; with key discovery, a policy's own issuer is below it.",
    defaultHelp: "the account's URL",
  }),
  xurrentCallbackUrl: optional({
    group: 'Xurrent dialect',
    parse: urlTemplate,
    help: 'Base of the callbacks in verification messages. Receivers must reach it.',
    defaultHelp: "the account's URL",
  }),
  xurrentVerification: optional({
    group: 'Xurrent dialect',
    parse: oneOf('offered', 'required'),
    help: 'Whether events wait until the receiver has called back (`required`), or flow meanwhile (`offered`).',
    defaultHelp: '`offered` in the profile `durable`, `required` in `faithful`',
  }),
  xurrentRetrySchedule: setting({
    group: 'Xurrent dialect',
    parse: retrySchedule,
    // Ten attempts; the vendor documents no intervals.
    default: '1m,2m,4m,8m,16m,32m,64m,128m,256m',
    help: 'Waits after attempt 1, 2, … in the profile `faithful`, each ±10 %.',
  }),
  xurrentRequestsPerHour: setting({
    group: 'Xurrent dialect',
    parse: integer(0, 1_000_000),
    default: '3600',
    help: 'Requests per hour and caller of the REST API; 0 switches the limit off.',
  }),
  xurrentRequestsPerTwoSeconds: setting({
    group: 'Xurrent dialect',
    parse: integer(0, 1_000_000),
    default: '20',
    help: 'Requests per two seconds and caller of the REST API; 0 switches the limit off.',
  }),
  xurrentBasicAuth: setting({
    group: 'Xurrent dialect',
    parse: yesNo,
    default: 'true',
    help: 'Take a token as the user name of HTTP Basic too, as old clients send it.',
  }),
  xurrentUnsecuredJwt: setting({
    group: 'Xurrent dialect',
    parse: yesNo,
    default: 'false',
    help: 'Let webhook policies sign with `none`, which proves nothing.',
  }),
  xurrentBrand: setting({
    group: 'Xurrent dialect',
    parse: hostLabel,
    default: 'xurrent',
    help: 'First word of the `User-Agent` of deliveries: `xurrent`, `4me` or `r-service`.',
  }),
  xurrentDocsUrl: setting({
    group: 'Xurrent dialect',
    parse: baseUrl,
    default: 'https://developer.xurrent.com/v1',
    help: 'Documentation that the `User-Agent` and the answer to too many requests name.',
  }),

  entrustApplicationId: optional({
    group: 'Entrust dialect',
    parse: uuid,
    help: 'Id of an application of tenant `default` with the role Super Administrator, made at a start that finds none of this id. Goes with `ENTRUST_SHARED_SECRET`.',
    defaultHelp: 'none: the native API makes applications (`POST /principals`)',
  }),
  entrustSharedSecret: optional({
    secret: true,
    group: 'Entrust dialect',
    parse: secretOfLength(32),
    help: 'Its shared secret. Later ones are made by the native API, which also rotates this one.',
    defaultHelp: 'none',
  }),
  entrustTokenSeconds: setting({
    group: 'Entrust dialect',
    parse: integer(1, 86_400),
    default: '900',
    help: 'Seconds for which a token is good.',
  }),
  entrustRetrySchedule: setting({
    group: 'Entrust dialect',
    parse: retrySchedule,
    default: '2s,4s',
    help: 'Waits after attempt 1, 2, … in the profile `faithful`, each up to 500 ms longer.',
  }),

  smtpUrl: optional({
    secret: true,
    group: 'Mail',
    parse: smtpUrl,
    help: 'Mail server that takes the mails about failing webhooks: `smtp://USER:PASSWORD@HOST:587` (encrypts where the server offers STARTTLS; with `?requireTLS=true`, always) or `smtps://…:465`. Certificates are verified unless it ends in `?tls.rejectUnauthorized=false`. Its address is not judged by the address guard.',
    defaultHelp: 'none: the log says what the mails would',
  }),
  mailFrom: optional({
    group: 'Mail',
    parse: mailbox,
    help: 'Sender of mails: an address, or a name and an address.',
    defaultHelp: "`Posthorn <posthorn@HOST>` with the host of `PUBLIC_URL`, else the machine's name",
  }),

  logLevel: setting({
    group: 'Log',
    parse: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    default: 'info',
    help: 'Least level of the lines that are written: `trace`, `debug`, `info`, `warn`, `error`, `fatal`, or `silent` for none.',
  }),
  logFormat: optional({
    group: 'Log',
    parse: oneOf('json', 'pretty'),
    help: 'One JSON object a line (`json`), or lines for people (`pretty`).',
    defaultHelp: '`pretty` on a terminal, else `json`',
  }),
};

export type Config = Values<typeof settings>;

/** All settings with where they come from. */
export type Configuration = { readonly config: Config; readonly origins: Origins };

/** Reads all settings. Throws `BadSettings` with every problem at once: bad values, unknown names, unknown flags. */
export function readConfig(sources: Sources): Configuration {
  const { values, origins } = resolve(settings, sources);
  return { config: values, origins };
}

/** What an operator may have meant otherwise: lines for people. */
export function remarksOn({ origins }: Configuration, { file }: Sources): string {
  return unprefixed(origins, file)
    .map((remark) => `${remark}\n`)
    .join('');
}

/** What the operator lets out, as the address guard takes it. */
export function egressPolicy(config: Config): EgressPolicy {
  return {
    cidrs: config.egressAllowCidrs,
    ports: config.egressAllowPorts,
    names: config.egressAllowNames,
    http: config.egressAllowHttp,
    metadata: config.egressAllowMetadata,
    nat64: config.egressNat64,
    proxy: config.egressProxy,
    dnsServers: config.dnsServers,
    tlsVerify: config.egressTlsVerify,
  };
}

/** What people may see of the settings. */
export function shownConfiguration({ origins }: Pick<Configuration, 'origins'>): readonly ShownSetting[] {
  return shownSettings(settings, origins);
}

/** The origins that a server has once it follows the address guard's settings of `next`. */
export function withEgressOf(next: Origins, current: Origins): Origins {
  const followed = Object.entries(next).filter(([name]) => /^(egress[A-Z]|dnsServers$)/.test(name));
  return { ...current, ...Object.fromEntries(followed) };
}

/** What docs/configuration.md says. */
export function configurationDocument(): string {
  return configurationPage(settings);
}
