// Writes log lines without ever waiting for the reader: a full disk or a blocked pipe costs lines, never deliveries.

import { fstatSync, write } from 'node:fs';

/** Writes bytes and calls `done` when the system has taken them, or with what went wrong. */
export type Writer = (bytes: Buffer, done: (error: NodeJS.ErrnoException | null | undefined) => void) => void;

export type LogSink = {
  readonly write: (line: string) => void;
  /** How many lines were lost so far. */
  readonly lost: () => number;
  /** Resolves when all is written, or after `withinMs`. */
  readonly flush: (withinMs: number) => Promise<void>;
};

/** At most `bytesMax` of lines wait while a write is on its way; what comes beyond is counted as lost. */
export function logSink(writer: Writer, bytesMax = 4 * 1024 * 1024): LogSink {
  let waiting: string[] = [];
  let waitingBytes = 0;
  let writing = false;
  let lost = 0;
  let idle: (() => void)[] = [];

  function writeWaiting(): void {
    if (waiting.length === 0) {
      writing = false;
      for (const resolve of idle.splice(0)) resolve();
      return;
    }
    writing = true;
    const lines = waiting;
    waiting = [];
    waitingBytes = 0;
    writer(Buffer.from(lines.join('')), (error) => {
      if (error) lost += lines.length;
      writeWaiting();
    });
  }

  return {
    write(line) {
      if (waitingBytes + line.length > bytesMax) {
        lost += 1;
        return;
      }
      waiting.push(line);
      waitingBytes += line.length;
      if (!writing) writeWaiting();
    },
    lost: () => lost,
    async flush(withinMs) {
      if (!writing) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      idle.push(resolve);
      const timer = setTimeout(resolve, withinMs);
      await promise;
      clearTimeout(timer);
    },
  };
}

/**
 * The writer of a standard stream. Node writes to pipes without blocking, but to files it blocks, and it gives up a
 * file after one error: those are written here.
 */
export function standardWriter(stream: NodeJS.WriteStream & { fd: number }): Writer {
  const kind = fstatSync(stream.fd);
  if (!kind.isFIFO() && !kind.isSocket()) return fileWriter(stream.fd);
  stream.on('error', () => {}); // told to `done` as well: the reader has gone
  return (bytes, done) => stream.write(bytes, done);
}

const busyRetryMs = 50;

function fileWriter(fd: number): Writer {
  return function writeAll(bytes, done) {
    write(fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') setTimeout(writeAll, busyRetryMs, bytes, done).unref();
      else if (error !== null || written === bytes.length) done(error);
      else writeAll(bytes.subarray(written), done);
    });
  };
}
