// The audit log: what was done, to what, and what it changed.

const subjects: Readonly<Record<string, string | undefined>> = {
  webhook: 'webhook',
  webhook_policy: 'webhook policy',
  event_type: 'event type',
  delivery: 'delivery',
  deliveries: 'deliveries',
  event: 'event',
  replay: 'replay',
  api_key: 'API key',
  user: 'person',
  client: 'client',
  role: 'role',
  tenant: 'tenant',
  portal_link: 'portal link',
};

const verbs: Readonly<Record<string, string | undefined>> = {
  created: 'Created',
  updated: 'Changed',
  deleted: 'Deleted',
  paused: 'Paused',
  resumed: 'Resumed',
  disabled: 'Disabled',
  verified: 'Verified',
  verification_renewed: 'Asked for verification again',
  secret_rotated: 'Rotated the secret',
  cancelled: 'Cancelled',
  redelivered: 'Redelivered',
  retried: 'Retried',
  replayed: 'Replayed',
  reset: 'Reset',
};

export const audit = {
  lead: 'Every change of webhooks, people, keys and settings of this tenant, newest first. Secrets are never in it.',
  action: 'Action',
  anyAction: 'Any action',
  subject: 'Subject',
  subjectSearch: 'Id of the subject',
  actor: 'Who',
  address: 'From',
  ownChange: 'Posthorn itself',
  at: 'When',
  /** Such as `Changed webhook`; what has no words yet stands as it is. */
  actionOf: (action: string) => {
    const [kind = '', verb = ''] = action.split('.');
    const [did, what] = [verbs[verb], subjects[kind]];
    return did === undefined || what === undefined ? action : `${did} ${what}`;
  },
  actorKinds: {
    user: 'Person',
    client: 'Client',
    'api-key': 'API key',
    'portal-link': 'Portal link',
    system: 'System',
  },
  onlySubject: 'All changes of it',
  empty: 'No such changes',
  emptyLead:
    'Each change of a webhook, person, key, role or tenant leaves an entry here, with who did it and from where.',
} as const;
