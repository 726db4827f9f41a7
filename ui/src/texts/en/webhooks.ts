// The list of webhooks, and the pages of one.

export const webhooks = {
  title: 'Webhooks',
  create: 'Create webhook',
  noneFound: 'No webhook is like this',
  noneFoundLead: 'Search for a part of its name, URL or id, or clear the filters.',
  noAttempt: 'No attempt yet',
  dayOf: (name: string) => `${name}, last 24 hours`,
  columns: {
    state: 'State',
    name: 'Webhook',
    dialect: 'Dialect',
    last: 'Last outcome',
    day: 'Last 24 hours',
    rate: 'Success',
  },
  filters: {
    gets: (eventType: string) => `Gets ${eventType}`,
    search: 'Search name, URL or id',
    state: 'State',
    anyState: 'Any state',
    dialect: 'Dialect',
    anyDialect: 'Any dialect',
    failing: 'Failing only',
    clear: 'Clear',
  },
  first: {
    title: 'No webhooks yet',
    lead: 'A webhook says which events go to which URL. Every event that matches is signed, sent, and sent again until it is delivered.',
    orShell: 'Or from a shell, with an API key in KEY:',
    curl: 'Create the first webhook',
  },
} as const;
