// What `posthorn users reset` prints: the password once, and plainly whether somebody new has it.

import { CannotStart } from '../cannot-start.ts';
import { nearest } from '../config/nearest.ts';
import type { Reset } from '../manage/bootstrap.ts';
import { NoSuchName } from './no-such-name.ts';

const namesMax = 20;

/** Throws where nothing was reset: `NoSuchName` with the names that are there, `CannotStart` before the first start. */
export function resetInWords(asked: string, reset: Reset): string {
  switch (reset.kind) {
    case 'created':
      return `made      a new administrator of the tenant default: there was no such user\n${credentials(reset)}`;
    case 'promoted':
      return `made      an administrator, with all permissions: the user was none before\n${credentials(reset)}`;
    case 'reset':
      return credentials(reset);
    case 'unknown':
      throw new NoSuchName(
        `There is no user '${asked}'${nearest(asked, reset.usernames) || '.'}\n` +
          `In the tenant default there are: ${listed(reset.usernames)}.\n` +
          '--create makes a new administrator of that name.',
      );
    case 'no_users':
      throw new CannotStart('this database has no users before the first start');
  }
}

function credentials({ username, password }: Extract<Reset, { readonly username: string }>): string {
  return `user      ${username}\npassword  ${password.reveal()}\n`;
}

function listed(names: readonly string[]): string {
  const others = names.length - namesMax;
  return `${names.slice(0, namesMax).join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}
