// Issues: what fails now, and what to do about it.

const wait = (count: string) => `${count} ${count === '1' ? 'waits' : 'wait'}`;

export const issues = {
  lead: 'What fails now: deliveries that are tried again or were given up, by webhook and by how they failed.',
  problem: 'Problem',
  webhook: 'Webhook',
  deliveries: 'Deliveries',
  lastDay: 'Last 24 hours',
  firstSeen: 'First seen',
  lastSeen: 'Last seen',
  count: (count: string, more: boolean) => `${count}${more ? '+' : ''}`,
  waiting: (count: string) => `${count} waiting`,
  givenUp: (count: string) => `${count} given up`,
  curveOf: (name: string) => `${name}, last 24 hours`,
  within: 'Last seen within',
  windows: { '1h': 'Last hour', '24h': 'Last 24 hours', '7d': 'Last 7 days', '30d': 'Last 30 days' },
  anyWebhook: 'Any webhook',
  status: (status: number) => `Answered ${status}`,
  empty: 'Nothing fails',
  emptyLead:
    'Every delivery went well or is on its way for the first time. When attempts fail, they stand here together, with what to do and a button to deliver again what was given up.',
  emptyFilter: 'Nothing fails like this',
  emptyFilterLead: 'No issue of this webhook was seen in this span of time.',
  clear: 'Show all issues',
  what: 'What it is',
  todo: 'What to do',
  affected: 'What it affects',
  types: 'Event types',
  moreTypes: (first: string, last: string, count: number) => `${first} … ${last} (${count} types)`,
  example: 'Last one to fail',
  seeDeliveries: 'All its deliveries',
  waitingNote: {
    active: (count: string) =>
      count === '1' ? '1 is tried again by itself.' : `${count} are tried again by themselves.`,
    paused: (count: string) =>
      `${wait(count)}: the webhook is paused, and nothing goes out until it is resumed.`,
    unverified: (count: string) => `${wait(count)} until the webhook is verified.`,
    disabled: (count: string) =>
      `${wait(count)}: the webhook is disabled, and nothing goes out until it is enabled.`,
  },
  replay: 'Replay affected',
  replayHint: 'First it is counted, then you decide.',
  replayTitle: (webhook: string) => `Deliver again to ${webhook}?`,
  replayCounting: 'Counting what was given up …',
  replayNothing:
    'There is nothing to deliver again: what was given up has been delivered again since, or the webhook is disabled.',
  replayEffect: (count: string, more: boolean, problem: string) =>
    `${count}${more ? ' or more' : ''} ${count === '1' ? 'delivery' : 'deliveries'} that ended with “${problem}” ${count === '1' ? 'is' : 'are'} made anew, the oldest first, as fast as the receiver takes them.`,
  replayConfirm: (count: string, more: boolean) => `Replay ${count}${more ? '+' : ''}`,
  replaySame: 'Receivers get the same event ids again, so that they can tell what they have already.',
  replayDisabled: 'The webhook is disabled. Enable it first; then deliver again.',
  retry: 'Retry now',
  retryTitle: (webhook: string) => `Retry what waits for ${webhook}?`,
  retryEffect: (problem: string) =>
    `What waits after “${problem}” is due at once instead of later. Do this when the receiver is up again.`,
  retried: (count: number) => {
    if (count === 0) return 'Nothing was left to make due earlier';
    return count === 1 ? '1 delivery is due now' : `${count} deliveries are due now`;
  },
  gone: 'This issue is over',
  goneLead: 'Nothing fails in this way any more: it was delivered, delivered again or cancelled.',
} as const;
