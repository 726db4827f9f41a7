// The server that is measured: the built program, as `npm start` runs it.

import { join } from 'node:path';
import { buildServer } from '../../scripts/build-server.ts';
import { launchPosthorn, startPosthorn, type StartOptions } from '../../server/test/process/posthorn.ts';

/** What Node runs of another checkout. */
export const programOf = async (checkout: string) => join(await buildServer(checkout), 'main.js');

/** Of this one, as it was when the first was started, whatever is edited meanwhile. */
let program: Promise<string> | undefined;
const entry = async () => (program ??= buildServer().then((built) => join(built, 'main.js')));

export const startServer = async (options: StartOptions) =>
  startPosthorn({ entry: await entry(), ...options });
export const launchServer = async (options: StartOptions) =>
  launchPosthorn({ entry: await entry(), ...options });
