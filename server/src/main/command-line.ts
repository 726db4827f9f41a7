// The commands and flags of `posthorn`, made from the table of settings.

import { Command, Option } from 'commander';
import { settings } from '../config.ts';
import { yesNo } from '../config/kinds.ts';
import { flagOf } from '../config/setting.ts';

/** What the command line says: flags by the settings' names, and what no setting or command knows. */
export type Given = {
  readonly flags: Readonly<Record<string, string>>;
  readonly otherFlags: readonly string[];
};

export type Commands = {
  serve(given: Given): Promise<void>;
  config(given: Given): Promise<void>;
  resetUser(given: Given, username: string | undefined): Promise<void>;
};

export function commandLine(commands: Commands, version: string): Command {
  const posthorn = new Command('posthorn')
    .description(
      'Self-hosted webhooks: publish an event once, Posthorn signs, delivers, retries and records it.',
    )
    .version(version);

  withSettings(posthorn.command('serve', { isDefault: true }))
    .description('start the server (default)')
    .action((_, command: Command) => commands.serve(givenOf(command, 0)));

  withSettings(posthorn.command('config'))
    .description('print every setting with its origin, secrets masked')
    .action((_, command: Command) => commands.config(givenOf(command, 0)));

  const users = posthorn.command('users').description('the people who sign in');
  withSettings(users.command('reset'))
    .argument('[username]', 'the user; ADMIN_USERNAME unless given')
    .description('give a user a new password and administrator rights; the server must be stopped')
    .action((username: string | undefined, _, command: Command) =>
      commands.resetUser(givenOf(command, 1), username),
    );
  return posthorn;
}

/** Unknown flags are let through: they are told with all other problems of the settings. */
function withSettings(command: Command): Command {
  for (const [name, { help, parse, secret }] of Object.entries(settings)) {
    const value = parse === yesNo ? '[true|false]' : secret === true ? '<secret>' : '<value>';
    command.addOption(new Option(`${flagOf(name)} ${value}`, help.replaceAll('`', '')));
  }
  return command.allowUnknownOption().allowExcessArguments();
}

function givenOf(command: Command, argumentsMax: number): Given {
  const flags = Object.entries(command.opts<Record<string, string | true>>()).map(([name, value]) => [
    name,
    value === true ? 'true' : value,
  ]);
  const dashed = command.args.filter((text) => text.startsWith('-')).map((text) => text.replace(/=.*/s, ''));
  const rest = command.args.filter((text) => !text.startsWith('-'));
  return {
    flags: Object.fromEntries(flags),
    otherFlags: [...dashed, ...(dashed.length === 0 ? rest.slice(argumentsMax) : [])],
  };
}
