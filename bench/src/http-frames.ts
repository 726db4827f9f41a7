// Cuts a stream of HTTP/1.1 messages into whole ones, as cheaply as JavaScript can: what a benchmark's own ends cost
// is taken from what it measures.

const headEnd = Buffer.from('\r\n\r\n');

/** Calls `onMessage` with each complete message, head and body; both sides of a benchmark always say content-length. */
export function cutMessages(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const end = pending.indexOf(headEnd);
      if (end < 0) return;
      const headLength = end + headEnd.length;
      const length = headLength + contentLength(pending, end);
      if (pending.length < length) return;
      onMessage(pending.subarray(0, length));
      pending = pending.subarray(length);
    }
  };
}

function contentLength(message: Buffer, headLength: number): number {
  const found = /\r\ncontent-length: *(\d+)/i.exec(message.toString('latin1', 0, headLength));
  return found === null ? 0 : Number(found[1]);
}
