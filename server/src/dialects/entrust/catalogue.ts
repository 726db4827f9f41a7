// The events of Entrust's webhooks (specification §8.1), with what makes each fire and what `data` is about.

import type { CataloguedType } from '../../domain/event-type.ts';

/** The 16 types in their 8 families. The vendor lists names without texts; these say what the names say. */
export const catalogue: readonly CataloguedType[] = [
  ...family('Authentication', {
    'authentication.succeeded': 'A user authenticates.',
    'authentication.failed': 'A user fails to authenticate.',
  }),
  ...family('Users', {
    'user.created': 'A user is created.',
    'user.updated': 'A user is changed.',
    'user.deleted': 'A user is deleted.',
    'user.registration.completed': 'A user completes the registration.',
  }),
  ...family('Passwords', { 'password.updated': 'The password of a user is changed.' }),
  ...family('Knowledge-based questions', { 'kba.question.created': 'A user gets a question.' }),
  ...family('Grid cards', {
    'grid.created': 'A grid card is created.',
    'grid.email.sent': 'A grid card is sent by e-mail.',
    'grid.password.email.sent': 'The password of a grid card is sent by e-mail.',
  }),
  ...family('Passkeys', {
    'passkey.created': 'A passkey is created.',
    'passkey.updated': 'A passkey is changed.',
    'passkey.deleted': 'A passkey is deleted.',
  }),
  ...family('Magic links', { 'magiclink.email.sent': 'A magic link is sent by e-mail.' }),
  ...family('Face biometrics', { 'face.biometric.created': 'A face biometric is created.' }),
];

const names: ReadonlySet<string> = new Set(catalogue.map(({ name }) => name));

/** Names are matched exactly; there are no wildcards. */
export function isEntrustEvent(name: string): boolean {
  return names.has(name);
}

/** What a test is called: nobody can subscribe to it. */
export const testEvent = 'webhook.test';

function family(group: string, types: Readonly<Record<string, string>>): CataloguedType[] {
  return Object.entries(types).map(([name, description]) => ({ name, group, description }));
}
