// Bytes on their way between threads and drivers.

/** The bytes with an ArrayBuffer of their own: a view into a bigger one would carry all of it to the other thread. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
}

/** The same bytes as a plain Uint8Array: drivers answer with Node's Buffer, threads with Uint8Array. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
