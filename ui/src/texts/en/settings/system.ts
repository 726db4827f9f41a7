// The installation: mails, storage, egress, nodes, settings.

export const notifications = {
  lead: 'Who is told by mail when webhooks fail, and of what.',
  sending: 'Sending',
  server: 'Mail server',
  from: 'Sender',
  none: 'No mail server is set',
  noneLead: 'The log says what the mails would. Set POSTHORN_SMTP_URL and restart to have them sent.',
  hidden: 'Set by the operator',
  recipients: 'Recipients',
  recipientsLead:
    'Administrators of this tenant who have an e-mail address. Webhooks that name recipients of their own are told to those.',
  noRecipients: 'Nobody: no administrator has an e-mail address. Give one under People.',
  notices: 'What mails tell',
  of: {
    failed: 'A delivery failed: at most one mail in 20 minutes',
    failing: 'No delivery has succeeded for a day, and again after three days',
    disabled: 'It was disabled, after long failure or because its receiver answered 410',
    throttled: 'It is throttled, since its server keeps failing',
  },
  test: 'Send test mail',
  testLead: (address: string) => `It goes to you: ${address}.`,
  testNobody: 'You have no e-mail address. Give yourself one under People to try it.',
  sent: (address: string) =>
    `The mail server took the mail for ${address}. If it does not come, look where unwanted mail goes.`,
  failed: 'The mail did not leave',
} as const;

export const storage = {
  lead: 'What the database holds, for the whole installation.',
  database: 'Database',
  databases: { sqlite: 'SQLite, embedded', postgres: 'PostgreSQL' },
  size: 'Size on disk',
  sizeHint: 'Indexes included',
  pending: 'Pending deliveries',
  pendingHint: 'Owed to webhooks; never removed before they are finished',
  due: (ago: string) => `The first was due ${ago}`,
  dueLater: 'The first is due later',
  noneWaits: 'Nothing waits',
  oldest: 'Oldest event',
  noEvents: 'No events yet',
  retention: 'Retention',
  days: (days: number) => (days === 1 ? '1 day' : `${days} days`),
  retentionHint: 'Then finished events go, with their deliveries and attempts',
  webhooks: 'Webhooks',
  tenants: 'Tenants',
  change: 'Retention is the setting POSTHORN_RETENTION_DAYS; what is unfinished is never removed.',
} as const;

export const egress = {
  lead: 'Where deliveries may go. Everything private is closed unless the operator opened it.',
  open: 'Open',
  closed: 'Closed',
  set: 'Set',
  asUsual: 'As usual',
  rules: {
    EGRESS_ALLOW_CIDRS: {
      name: 'Private and reserved networks',
      closed:
        'No request goes to loopback, private, link-local or reserved addresses, whatever a name resolves to.',
      open: (value: string) =>
        `Requests may go to ${value}; all other private and reserved addresses are closed.`,
    },
    EGRESS_ALLOW_METADATA: {
      name: 'Cloud metadata',
      closed:
        'Addresses that hand out the machine’s own credentials are closed, even inside an opened network.',
      open: () =>
        'An opened network may include cloud metadata addresses: whoever makes webhooks can read the machine’s own credentials.',
    },
    EGRESS_ALLOW_NAMES: {
      name: 'Internal names',
      closed: 'Names without a dot, and those such as .internal and .lan, are refused.',
      open: (value: string) => `Internal names that end in ${value} may be used.`,
    },
    EGRESS_ALLOW_HTTP: {
      name: 'Unencrypted targets',
      closed: 'Targets of native and Entrust webhooks must be https.',
      open: () => 'Native and Entrust webhooks may have http targets: what is sent can be read on its way.',
    },
    EGRESS_ALLOW_PORTS: {
      name: 'Ports',
      closed: 'Any port may be used.',
      open: (value: string) => `Only these ports may be used: ${value}.`,
    },
    EGRESS_TLS_VERIFY: {
      name: 'Certificates',
      closed: 'Certificates are verified, unless a Confluence webhook switched that off.',
      open: () => 'Certificates are always verified, even for webhooks that switched it off.',
    },
    EGRESS_PROXY: {
      name: 'Proxy',
      closed: 'Requests go straight to their targets.',
      open: (value: string) => `Every request goes through ${value}.`,
    },
    DNS_SERVERS: {
      name: 'Name servers',
      closed: 'The system’s resolvers are asked.',
      open: (value: string) => `These resolvers are asked: ${value}.`,
    },
    EGRESS_NAT64: {
      name: 'NAT64',
      closed: 'Only the well-known prefixes are looked through for the IPv4 address that they carry.',
      open: (value: string) => `The IPv4 address in ${value} is judged, too.`,
    },
  },
  change:
    'These settings are changed where they come from. Those in .env take effect without a restart, on SIGHUP.',
} as const;

export const nodes = {
  lead: 'The processes that share the work. Each webhook belongs to a shard, and each shard to exactly one node.',
  node: 'Node',
  state: 'State',
  states: { running: 'Running', leaving: 'Leaving', lost: 'Lost' },
  stateHints: {
    running: 'It renews its leases',
    leaving: 'It stops, and hands its shards over',
    lost: 'It did not renew its leases in time; others took its shards over',
  },
  heartbeat: 'Heartbeat',
  shards: 'Shards',
  shardsOf: (count: number, all: number) => `${count} of ${all} shards`,
  version: 'Version',
  started: 'Started',
  url: 'Listens at',
} as const;

export const configuration = {
  lead: 'Every setting of the node that answers, as it is in force. Settings are changed where they come from, and need a restart.',
  search: 'Search settings',
  which: 'Which',
  all: 'All settings',
  changed: 'Changed from the default',
  origins: { default: 'Default', environment: 'Environment', file: '.env', flag: 'Flag' },
  unset: 'Not set',
  masked: 'Masked',
  empty: 'No such setting',
  emptyLead: 'Nothing in the names, values and descriptions of the settings matches.',
} as const;
