// The frame around the pages: navigation, signing in, keyboard.

export const shell = {
  skip: 'Skip to the content',
  navigation: 'Main navigation',
  menu: 'Menu',
  account: 'Account',
  theme: 'Theme',
  themes: { light: 'Light', dark: 'Dark', system: 'As the system' },
  signOut: 'Sign out',
  tenant: 'Tenant',
  live: { open: 'Live', connecting: 'Connecting', waiting: 'Not connected: trying again' },
  lostSince: 'Not connected since',
  lostLead: 'What is shown may be old.',
  notShown: 'This page could not be shown',
  outdated: 'Posthorn has been updated since this window was opened. Reload it to go on.',
  reload: 'Reload',
  help: 'Keyboard shortcuts',
  reference: 'API reference',
  pages: {
    overview: 'Overview',
    webhooks: 'Webhooks',
    deliveries: 'Deliveries',
    events: 'Events',
    issues: 'Issues',
    catalogue: 'Event catalogue',
    replays: 'Replays',
    settings: 'Settings',
  },
  forbidden: 'You may not see this page',
  forbiddenLead: (permission: string) =>
    `It needs the permission ${permission}. Whoever administers Posthorn can give you a role that has it.`,
} as const;

export const signIn = {
  title: 'Sign in',
  lead: 'Webhooks, deliveries and what became of them.',
  username: 'Username',
  password: 'Password',
  submit: 'Sign in',
  ended: 'Your session has ended',
  endedLead:
    'Sign in to go on: what you typed is kept, and what you were about to send is sent then. Anybody else begins at the start.',
  wrong: 'The username or the password is not right.',
  forgotten:
    'The first start printed the password of the first administrator. Lost it? Stop the server and run “npm run posthorn -- users reset”.',
} as const;
