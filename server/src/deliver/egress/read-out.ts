// What a receiver has said is read before its hanging up counts.
//
// Who answers early may not read the rest of the request and close. Whether we hear of that first by reading, after the
// answer, or by writing, before it, is a race where the request is large; Node ends a socket at the first failed write,
// with all that could still be read from it.

import type { Socket } from 'node:net';

type Written = (error?: Error | null) => void;

/** Makes failed writes count only once there is nothing more to read. The attempt's deadline bounds the wait. */
export function readOutBeforeFailing(socket: Socket): void {
  const patiently =
    (written: Written): Written =>
    (error) => {
      if (!error || socket.readableEnded || socket.destroyed) return written(error);
      const fail = () => {
        socket.off('end', fail).off('close', fail);
        written(error);
      };
      socket.on('end', fail).on('close', fail);
    };
  const write = socket._write.bind(socket);
  const writeAll = socket._writev!.bind(socket);
  const writePatiently: Socket['_write'] = (chunk, encoding, written) =>
    write(chunk, encoding, patiently(written));
  const writeAllPatiently: Socket['_writev'] = (chunks, written) => writeAll(chunks, patiently(written));
  socket._write = writePatiently;
  socket._writev = writeAllPatiently;
}
