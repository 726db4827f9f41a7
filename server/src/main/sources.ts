// Where the settings come from: the command line, the environment, and `.env` in the working directory.

import { readFile } from 'node:fs/promises';
import { noEnvFile, parseEnvFile, type EnvFile } from '../config/env-file.ts';
import { BadSettings, type Sources } from '../config/resolve.ts';
import type { Given } from './command-line.ts';

/** Reads `.env` anew each time, so that a change is seen. */
export async function readSources(given: Given, environment: Sources['environment']): Promise<Sources> {
  return { ...given, environment, file: await readEnvFile('.env') };
}

async function readEnvFile(path: string): Promise<EnvFile> {
  try {
    return parseEnvFile(await readFile(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return noEnvFile;
    throw new BadSettings([`.env can't be read (${code})`]);
  }
}
