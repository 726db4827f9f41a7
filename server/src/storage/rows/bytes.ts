// Bytes as drivers give them.

/** The same bytes as a plain Uint8Array: drivers answer with Node's Buffer, threads with Uint8Array. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
