#!/usr/bin/env node
// The command line: `serve` (the default), `config`, `users reset`. Exit code 0 only when what was asked for was done.

import { readConfig, remarksOn } from './config.ts';
import { commandLine } from './main/command-line.ts';
import { complaint } from './main/complaint.ts';
import { resetInWords } from './main/reset-in-words.ts';
import { serve } from './main/serve.ts';
import { showConfig } from './main/show-config.ts';
import { readSources } from './main/sources.ts';
import { tell } from './main/tell.ts';
import { version } from './version.ts';

const program = commandLine(
  {
    async serve(given) {
      process.exit(await serve(given, process.env));
    },
    async config(given) {
      const sources = await readSources(given, process.env);
      const configuration = readConfig(sources);
      process.stderr.write(remarksOn(configuration, sources));
      await tell(showConfig(configuration));
    },
    async resetUser(given, { username: named, create }) {
      const { config } = readConfig(await readSources(given, process.env));
      const { resetUser } = await import('./app.ts');
      const username = named ?? config.adminUsername;
      const reset = await resetUser(config, { username, create });
      await tell(resetInWords(username, reset), 'nobody has seen the new password, so reset it again');
    },
  },
  version,
);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(complaint(error));
  process.exit(1);
}
