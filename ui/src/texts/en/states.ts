// The words for states, the same on every page.

export const states = {
  delivery: {
    scheduled: 'Scheduled',
    delivered: 'Delivered',
    exhausted: 'Exhausted',
    cancelled: 'Cancelled',
    skipped: 'Skipped',
  },
  outcome: {
    success: 'Success',
    failure: 'Failure: an answer that is not success',
    error: 'Error: no usable answer',
    platform: 'A fault of Posthorn itself',
  },
  webhook: {
    active: 'Active',
    paused: 'Paused',
    failing: 'Failing',
    failingSince: (at: string) => `No attempt has succeeded since ${at}`,
    unverified: 'Unverified',
    disabled: 'Disabled',
    disabledBy: {
      client: 'Switched off',
      failing: 'Disabled: failing',
      expired: 'Disabled: expired',
      gone: 'Disabled: gone (410)',
    },
    breaker: { open: 'Breaker open', 'half-open': 'Probing' },
  },
  dialect: {
    native: 'Native',
    confluence: 'Confluence',
    xurrent: 'Xurrent',
    entrust: 'Entrust',
  },
} as const;
