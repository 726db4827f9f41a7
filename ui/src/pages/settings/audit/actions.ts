// The actions that the log may be filtered by.

const made = ['created', 'updated', 'deleted'];

const verbsOf: Readonly<Record<string, readonly string[]>> = {
  webhook: [...made, 'paused', 'resumed', 'disabled', 'secret_rotated', 'verified', 'verification_renewed'],
  webhook_policy: made,
  event_type: made,
  event: ['replayed'],
  delivery: ['redelivered', 'retried', 'cancelled'],
  deliveries: ['retried', 'cancelled'],
  replay: ['created', 'paused', 'resumed', 'cancelled'],
  api_key: made,
  user: [...made, 'reset'],
  client: [...made, 'secret_rotated'],
  role: made,
  portal_link: ['created', 'deleted'],
  tenant: made,
};

export const knownActions: readonly string[] = Object.entries(verbsOf).flatMap(([kind, verbs]) =>
  verbs.map((verb) => `${kind}.${verb}`),
);
