// Runs commands of the real command line for tests: to their end, or until the server says that it is ready.

import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { testEnvironment } from './posthorn.ts';
import { spawnPosthorn, type Exit, type PosthornProcess } from './posthorn-process.ts';
import { temporaryDirectory } from './temporary-directory.ts';

type Settings = Readonly<Record<string, string>>;

/** Runs a command to its end, in a directory of its own. */
export async function runCommand(
  args: readonly string[],
  settings: Settings,
): Promise<{ readonly exit: Exit; readonly said: string }> {
  await using directory = await temporaryDirectory();
  const env = { ...testEnvironment(directory.path, await freePort()), ...settings };
  const command = spawnPosthorn(args, { cwd: directory.path, env });
  const exit = await command.exited;
  return { exit, said: command.logs() };
}

/** Starts a server with these settings and no others, and resolves once it says that it is ready. */
export async function serveWith(env: Settings, cwd: string): Promise<PosthornProcess> {
  const server = spawnPosthorn(['serve'], { cwd, env });
  while (!server.logs().includes('Posthorn is ready')) {
    if (server.exit !== undefined) throw new Error(`Posthorn ended:\n${server.logs()}`);
    await sleep(10);
  }
  return server;
}

/** Whether a server is ready for work: false too when nobody listens. */
export async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/ready`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
