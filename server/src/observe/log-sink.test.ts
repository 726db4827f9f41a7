import { closeSync, openSync } from 'node:fs';
import { Duplex } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { logSink, standardWriter, type Writer } from './log-sink.ts';

test('OPS-06: while the reader is blocked, writing returns at once and what does not fit is counted', async () => {
  const writer = blockedWriter();
  const sink = logSink(writer.write, 100);
  for (let index = 0; index < 50; index++) sink.write(`${'x'.repeat(9)}\n`);
  // The first line is on its way, ten wait, the others are lost.
  expect(sink.lost()).toBe(39);
  writer.unblock();
  await sink.flush(10_000);
  expect(writer.written()).toBe('xxxxxxxxx\n'.repeat(11));
});

test('OPS-06: a full disk loses the lines it refused and no later ones', async () => {
  let full = true;
  const written: string[] = [];
  const sink = logSink((bytes, done) => {
    if (!full) written.push(bytes.toString());
    setImmediate(done, full ? Object.assign(new Error('full'), { code: 'ENOSPC' }) : null);
  });
  sink.write('one\n');
  await sink.flush(10_000);
  full = false;
  sink.write('two\n');
  await sink.flush(10_000);
  expect([sink.lost(), written]).toEqual([1, ['two\n']]);
});

test('OPS-06: /dev/full as standard output only loses lines', async () => {
  const fd = openSync('/dev/full', 'w');
  const sink = logSink(standardWriter(streamOn(fd)));
  sink.write('one\n');
  await vi.waitFor(() => expect(sink.lost()).toBe(1));
  closeSync(fd);
});

test('flush gives up when the reader stays blocked', async () => {
  const sink = logSink(blockedWriter().write);
  sink.write('never read\n');
  await sink.flush(10);
  expect(sink.lost()).toBe(0);
});

function blockedWriter(): { write: Writer; unblock(): void; written(): string } {
  let blocked = true;
  let text = '';
  let pending: (() => void) | undefined;
  return {
    write(bytes, done) {
      pending = () => {
        text += bytes.toString();
        done(null);
      };
      if (!blocked) pending();
    },
    unblock() {
      blocked = false;
      pending?.();
    },
    written: () => text,
  };
}

function streamOn(fd: number): NodeJS.WriteStream & { fd: number } {
  return Object.assign(new Duplex(), { fd }) as unknown as NodeJS.WriteStream & { fd: number };
}
