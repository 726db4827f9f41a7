// The list of events, one event with the decision for every webhook, publishing and replaying.

export const events = {
  title: 'Events',
  lead: 'What was published, who was owed it, and why somebody was not.',
  columns: { type: 'Event type', id: 'Id', object: 'About', deliveries: 'Deliveries', accepted: 'Accepted' },
  filters: {
    type: 'Event type',
    anyType: 'Any type',
    id: 'Event id',
    idHint: 'An id begins with evt_.',
    clear: 'Clear filters',
  },
  owed: (count: number) => (count === 0 ? 'Nobody' : count === 1 ? '1 webhook' : `${count} webhooks`),
  message: { verification: 'Verification', test: 'Test' },
  empty: {
    title: 'No events yet',
    lead: 'What your applications publish shows up here. Publish one now to see how it goes:',
    action: 'Publish an event',
  },
  noMatch: {
    title: 'No event matches',
    lead: 'Nothing that is kept meets these filters. Take one away, or widen the time.',
  },
  detail: {
    gone: 'No such event',
    goneLead: 'It was removed after the days that history is kept, or it belongs to another tenant.',
    back: 'All events',
    payload: 'Payload',
    facts: 'About it',
    routing: 'Where it went',
    routingNobody:
      'There was no webhook when it was published. Create one that subscribes to this type, and replay the event.',
    deliveries: 'Its deliveries',
    id: 'Event id',
    type: 'Type',
    purpose: 'Purpose',
    occurred: 'Occurred',
    accepted: 'Accepted',
    publisherId: 'Publisher’s id',
    source: 'Source',
    actor: 'Actor',
    object: 'Object',
    related: 'Related',
    scope: 'Scope',
    channels: 'Channels',
    orderingKey: 'Ordering key',
    instanceName: 'Instance',
    notOwed: 'Not owed',
    nobodyOwed: 'No webhook was owed this event.',
    redeliveries: (count: number) => (count === 1 ? '1 redelivery' : `${count} redeliveries`),
    showOthers: (count: number) =>
      count === 1
        ? 'Show 1 webhook that does not take its type'
        : `Show ${count} webhooks that do not take its type`,
    fix: {
      type: 'Subscribe the webhook to this type',
      channel: 'Change the webhook’s channels',
      data: 'Change what the webhook is narrowed to',
      filter: 'Change the webhook’s filter',
      disabled: 'Enable the webhook',
      unverified: 'Verify the webhook',
      not_considered: 'Open the webhook',
    },
    waits: 'Open the webhook',
  },
  replay: {
    button: 'Replay',
    title: 'Replay this event?',
    lead: (type: string, count: number) =>
      count === 0
        ? `No webhook was owed this ${type}, so there is nobody to deliver it to again.`
        : `${type} is delivered again to ${count === 1 ? 'the webhook that was' : `the ${count} webhooks that were`} owed it. Receivers see the same event id with a fresh signature.`,
    confirm: 'Replay now',
    done: (count: number) =>
      count === 1 ? '1 delivery is on its way' : `${count} deliveries are on their way`,
    skipped: (count: number) =>
      count === 1 ? '1 webhook is gone or disabled' : `${count} webhooks are gone or disabled`,
  },
  publish: {
    button: 'Publish an event',
    title: 'Publish a test event',
    lead: 'It goes to every webhook that subscribes to its type, like any other event.',
    type: 'Event type',
    typeHint: 'From the catalogue, or any name of your own.',
    noType: 'Say which type it has.',
    data: 'Data',
    dataHint: 'A JSON object. Receivers get exactly these characters.',
    sample: 'Put in a sample',
    format: 'Tidy up',
    notJson: (why: string) => `This is not JSON: ${why}`,
    notObject: 'The data must be a JSON object: { … }',
    submit: 'Publish',
    accepted: 'Accepted',
    acceptedTo: (count: number) =>
      count === 1 ? 'It is owed to 1 webhook:' : `It is owed to ${count} webhooks:`,
    open: 'Open the event',
    another: 'Publish another',
  },
} as const;
