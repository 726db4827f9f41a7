// The instant in a UUIDv7 (RFC 9562 §5.7).

export function timeOfUuid(uuid: string): number {
  return Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16);
}
