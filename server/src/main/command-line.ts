// The commands and flags of `posthorn`, made from the table of settings.

import { Command, Option } from 'commander';
import { settings } from '../config.ts';
import { yesNo } from '../config/kinds.ts';
import { nearest } from '../config/nearest.ts';
import { plainHelp } from '../config/plain-help.ts';
import { flagOf } from '../config/setting.ts';
import { NoSuchName } from './no-such-name.ts';

/** What the command line says: flags by the settings' names, and those that no setting knows. */
export type Given = {
  readonly flags: Readonly<Record<string, string>>;
  readonly otherFlags: readonly string[];
};

export type Commands = {
  serve(given: Given): Promise<void>;
  config(given: Given): Promise<void>;
  resetUser(
    given: Given,
    asked: { readonly username: string | undefined; readonly create: boolean },
  ): Promise<void>;
};

const commandNames = ['serve', 'config', 'users reset'] as const;

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

  const users = posthorn
    .command('users')
    .description('the people who sign in')
    .allowExcessArguments()
    .helpCommand(true)
    .action((_, command: Command) => {
      const [word] = command.args;
      if (word !== undefined) throw noSuchCommand(`users ${word}`);
      command.help({ error: true });
    });
  withSettings(users.command('reset'))
    .argument('[username]', 'the user; ADMIN_USERNAME unless given')
    .option('--create', 'make a new administrator where there is no such user')
    .description('give a user a new password and administrator rights; the server must be stopped')
    .action((username: string | undefined, { create = false }: { create?: boolean }, command: Command) =>
      commands.resetUser(givenOf(command, 1), { username, create }),
    );
  return posthorn;
}

/** Unknown flags are let through: they are told with all other problems of the settings. */
function withSettings(command: Command): Command {
  for (const [name, { help, parse, secret }] of Object.entries(settings)) {
    const value = parse === yesNo ? '[true|false]' : secret === true ? '<secret>' : '<value>';
    command.addOption(new Option(`${flagOf(name)} ${value}`, plainHelp(help)));
  }
  return command.allowUnknownOption().allowExcessArguments();
}

/** Throws `NoSuchName` for a word too many: without a command before it, it is meant as one. */
function givenOf(command: Command, argumentsMax: number): Given {
  const flags = Object.entries(command.opts<Record<string, string | true>>()).map(([name, value]) => [
    name,
    value === true ? 'true' : value,
  ]);
  const dashed = command.args.filter((text) => text.startsWith('-')).map((text) => text.replace(/=.*/s, ''));
  const [word] = command.args.filter((text) => !text.startsWith('-')).slice(argumentsMax);
  // Beside a flag that nothing knows, it may be the flag's value.
  if (word !== undefined && dashed.length === 0) {
    const isNamed = command.parent?.args.includes(command.name()) === true;
    throw isNamed ? new NoSuchName(`'${command.name()}' takes no '${word}'.`) : noSuchCommand(word);
  }
  return { flags: Object.fromEntries(flags), otherFlags: dashed };
}

function noSuchCommand(word: string): NoSuchName {
  const [first, ...others] = commandNames;
  return new NoSuchName(
    `'${word}' is no command${nearest(word, [...commandNames, 'users']) || '.'}\n` +
      `There are: ${first} (the default), ${others.join(', ')}. \`posthorn --help\` tells what they do.`,
  );
}
