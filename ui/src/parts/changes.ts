// What differs between a thing before and after a change, member by member. Pure.

export type Change = {
  /** Its place in the thing, such as `endpoint.url`. */
  readonly path: string;
  /** Undefined where there was, or is, nothing. */
  readonly before: unknown;
  readonly after: unknown;
};

/** Objects are looked into, everything else is compared as a whole. */
export function changesOf(before: unknown, after: unknown, path = ''): readonly Change[] {
  if (isSame(before, after)) return [];
  const [was, is] = [membersOf(before), membersOf(after)];
  const isLooked = (was !== undefined || isNothing(before)) && (is !== undefined || isNothing(after));
  if (!isLooked || (was === undefined && is === undefined)) return [{ path, before, after }];
  const names = new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})]);
  return [...names].flatMap((name) =>
    changesOf(was?.[name], is?.[name], path === '' ? name : `${path}.${name}`),
  );
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
