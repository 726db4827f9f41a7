// The product with a store and a sender that kill the process at a named moment (DUR-04): `CRASH_AT=moment`.
// Nothing in the product knows of it.

import { startApp, type Wrappers } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { noEnvFile } from '../../src/config/env-file.ts';
import type { Store } from '../../src/storage/store.ts';

const at = process.env['CRASH_AT'];
let store: Store | undefined;

const wrappers: Wrappers = {
  store(opened) {
    store = opened;
    return {
      ...opened,
      async publish(entry) {
        const result = await opened.publish(entry);
        return at === 'after the commit' ? die() : result;
      },
      async record(batch) {
        const recorded = await opened.record(batch);
        return at === 'after the record' ? die() : recorded;
      },
      async stepReplay(part, step, now) {
        const stepped = await opened.stepReplay(part, step, now);
        return at === 'after the second step of a replay' && part.steps === 1 ? die() : stepped;
      },
    };
  },
  send: (send) => async (request, options, cut) => {
    if (at === 'before the send') die();
    const exchange = await send(request, options, cut);
    return at === 'after the send' ? die() : exchange;
  },
};

const sources = { flags: {}, otherFlags: [], environment: process.env, file: noEnvFile };
await startApp(readConfig(sources), new AbortController().signal, wrappers);
if (at === 'in the purge') {
  await purgeOne();
  void purgeOne();
  die();
}
while (at === 'after the purge' && (await purgeOne())) {
  // Until nothing is left to purge.
}

/** One small step of a purge for which everything finished is old enough; true when there is more to do. */
async function purgeOne(): Promise<boolean> {
  const later = Date.now() + 60_000;
  const { more } = await store!.purge(later, later, 1);
  return more;
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('the process has been killed');
}
