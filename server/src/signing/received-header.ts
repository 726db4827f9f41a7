// A request's header as its receiver finds it.

/** As Node or undici give them. */
export type ReceivedHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The one value of a header, whatever the case of its name; undefined when it is missing or comes more than once. */
export function receivedHeader(headers: ReceivedHeaders, name: string): string | undefined {
  const values = Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value ?? []);
  return values.length === 1 ? values[0] : undefined;
}
