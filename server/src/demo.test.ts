import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { spawnPosthorn, type PosthornProcess } from '../test/process/posthorn-process.ts';
import { temporaryDirectory } from '../test/process/temporary-directory.ts';

vi.setConfig({ testTimeout: 120_000 });

const patience = { timeout: 60_000, interval: 20 };

test('the demo delivers to a receiver that verifies, fails and hangs, shows the record, and leaves nothing behind', async () => {
  await using directory = await temporaryDirectory();
  const demo = startDemo(directory.path, ['--once']);
  expect(await demo.exited).toEqual({ code: 0, signal: null });
  const told = demo.logs();
  expect(told).not.toContain('SIGNATURE WRONG');
  expect(told.match(/signature verified, answers 200/g)).toHaveLength(7);
  expect(told).toContain('says verified: the receiver called back while it was being asked');
  expect(told.match(/signature verified, answers 500/g)).toHaveLength(2);
  expect(told.match(/signature verified, answers nothing/g)).toHaveLength(1);
  expect(told.match(/says delivered/g)).toHaveLength(6);
  expect(told).toMatch(/attempt 3 +success +200/);
  expect(told).toMatch(/attempt 1 +error +timeout_headers +\d+ ms/);
  expect(await readdir(directory.path)).toEqual([]);
});

test('Ctrl-C ends the demo at any moment with 0', async () => {
  await using directory = await temporaryDirectory();
  const demo = startDemo(directory.path, []);
  await vi.waitFor(() => expect(demo.logs()).toContain('fails twice'), patience);
  demo.signal('SIGINT');
  expect(await demo.exited).toEqual({ code: 0, signal: null });
  expect(await readdir(directory.path)).toEqual([]);
});

function startDemo(cwd: string, args: readonly string[]): PosthornProcess {
  return spawnPosthorn(args, { cwd, env: { TMPDIR: cwd }, entry: join(import.meta.dirname, 'demo.ts') });
}
