// Makes docs/configuration.md from the table of settings.

import { flagOf, variableOf, type Setting, type Settings } from './setting.ts';

export function configurationPage(table: Settings): string {
  const groups = Map.groupBy(Object.entries(table), ([, setting]) => setting.group);
  return `${[
    '# Configuration',
    '<!-- Generated from server/src/config.ts by `npm run generate`: change it there. -->',
    introduction,
    ...[...groups].map(([group, entries]) => `## ${group}\n\n${tableOf(entries)}`),
  ].join('\n\n')}\n`;
}

const introduction = `Every setting is a flag, an environment variable, or a line of the file \`.env\` in the working directory; the first
of these that has it wins, and an empty text counts as none. \`posthorn config\` (in a clone:
\`npm run posthorn -- config\`) prints all settings with their origin, secrets masked. A bad
value, a name that does not exist or an unknown flag refuses the start, and all of them are told at once. \`.env\` is read
again on SIGHUP ([running.md](running.md)): the \`EGRESS_*\` settings then take effect without a restart.

Where texts and messages name a setting, they leave out the prefix: \`SMTP_URL\` is \`POSTHORN_SMTP_URL\`, or \`--smtp-url\`.`;

function tableOf(entries: readonly [string, Setting][]): string {
  const rows = entries.map(
    ([name, setting]) =>
      `| \`${variableOf(name)}\` | \`${flagOf(name)}\` | ${cell(setting.help)} | ${cell(defaultOf(setting))} |`,
  );
  return ['| environment variable | flag | meaning | default |', '|---|---|---|---|', ...rows].join('\n');
}

function defaultOf({ default: text, defaultHelp }: Setting): string {
  return defaultHelp ?? (text === null || text === '' ? 'none' : `\`${text}\``);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
