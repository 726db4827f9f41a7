// The server that is measured: the built program, as `npm start` runs it.

import { resolve } from 'node:path';
import { launchPosthorn, startPosthorn, type StartOptions } from '../../server/test/process/posthorn.ts';

/** What Node runs in a checkout whose server is built; without one, in this. */
export function programOf(checkout: string = resolve(import.meta.dirname, '../..')): string {
  return resolve(checkout, 'server/built/main.js');
}

export const startServer = (options: StartOptions) => startPosthorn({ entry: programOf(), ...options });
export const launchServer = (options: StartOptions) => launchPosthorn({ entry: programOf(), ...options });
