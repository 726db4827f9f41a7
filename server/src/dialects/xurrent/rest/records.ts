// Records on the wire: the members that a collection shows of them (specification §2.3, §2.7).

import type { Query } from './filters.ts';

export type WireRecord = Readonly<Record<string, unknown>> & { readonly id: number; readonly nodeID: string };

/**
 * A record in a collection: `id` first and `nodeID` last in any case, between them the fields that `?fields=` names, or
 * the standard ones that have a value. A disabled record says so whatever was asked.
 */
export function inCollection(
  record: WireRecord,
  query: Query,
  standard: readonly string[],
): Readonly<Record<string, unknown>> {
  const asked = fieldsAsked(query);
  const isShown = (name: string, value: unknown): boolean => {
    if (name === 'id' || name === 'nodeID') return true;
    if (name === 'disabled' && value === true) return true;
    return asked.length > 0 ? asked.includes(name) : standard.includes(name) && value !== null;
  };
  return Object.fromEntries(Object.entries(record).filter(([name, value]) => isShown(name, value)));
}

/** What `?fields=` names, whether there is such a field or not; nothing where it asks for none. */
export function fieldsAsked(query: Query): readonly string[] {
  return [query['fields'] ?? []]
    .flat()
    .flatMap((list) => list.split(',').map((name) => name.trim()))
    .filter((name) => name !== '');
}
