// Runs the server from its start to its end; signals and faults of the process decide when that is.

import type { App } from '../app.ts';
import { readConfig, remarksOn } from '../config.ts';
import { BadSettings, type Sources } from '../config/resolve.ts';
import type { Given } from './command-line.ts';
import { saveMemory } from './save-memory.ts';
import { startSmall } from './small-start.ts';
import { readSources } from './sources.ts';
import { aborted, takeStopSignals, type StopSignals } from './stop-signals.ts';
import { welcome } from './welcome.ts';

/** How long what is in flight may take to end, and how long all of a stop may take: a database that is gone never ends it. */
type Patience = { readonly graceMs: number; readonly withinMs: number };

const whenAsked: Patience = { graceMs: 25_000, withinMs: 34_000 };
const afterFault: Patience = { graceMs: 0, withinMs: 5_000 };

/** Resolves with the exit code once everything is stopped. Rejects when it can't start. */
export async function serve(given: Given, environment: Sources['environment']): Promise<number> {
  const signals = takeStopSignals();
  const sources = await readSources(given, environment);
  const configuration = readConfig(sources);
  if (configuration.config.saveMemory && !(await saveMemory(signals))) return 0;
  process.stderr.write(remarksOn(configuration, sources));
  const app = await startSmall(async () => {
    // Loaded only now, so that bad settings are refused at once.
    const { startApp } = await import('../app.ts');
    return startApp(configuration, signals.asked);
  });
  if (app === 'stopped') return 0;

  process.stderr.write(welcome(app.url, app.generated));
  process.on('SIGHUP', () => void reread(app, given, environment));
  const fault = await firstOf(aborted(signals.asked), app.broken, processFault());
  if (fault !== undefined) app.log.say('fatal', 'stopping after a fault', { cause: fault });
  const stopped = await stop(app, signals, fault === undefined ? whenAsked : afterFault);
  return fault === undefined && stopped ? 0 : 1;
}

/** The first fault, or undefined when the operator asked to stop before there was one. */
function firstOf(...ends: readonly Promise<unknown>[]): Promise<unknown> {
  return Promise.race(ends);
}

/** What nobody caught: the process goes on only as far as to stop in order. */
function processFault(): Promise<unknown> {
  return new Promise((resolve) => {
    process.on('uncaughtException', resolve);
    process.on('unhandledRejection', resolve);
  });
}

/** False when not everything could be written in time. */
async function stop(app: App, { hurried }: StopSignals, { graceMs, withinMs }: Patience): Promise<boolean> {
  const inOrder = app.stop(graceMs).then(
    () => true,
    (cause: unknown) => {
      app.log.say('fatal', 'could not stop in order', { cause });
      return false;
    },
  );
  void aborted(hurried).then(() => app.stop(0));
  const tooLate = new Promise<false>((resolve) => {
    setTimeout(resolve, withinMs, false);
  });
  const stopped = await Promise.race([inOrder, tooLate]);
  await app.flushLog();
  return stopped;
}

/** What the address guard lets out follows `.env`; the other settings need a restart. */
async function reread(app: App, given: Given, environment: Sources['environment']): Promise<void> {
  try {
    app.followEgress(readConfig(await readSources(given, environment)));
    app.log.say('info', 'egress settings read again');
  } catch (cause) {
    if (!(cause instanceof BadSettings)) throw cause;
    app.log.say('error', 'settings not read again', { cause });
  }
}
