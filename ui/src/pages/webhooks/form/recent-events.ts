// Recent events of the types that a form has chosen, to try a filter on.

import { useQueries, useQuery } from '@tanstack/react-query';
import { catalogueQuery } from '../../../api/event-types.ts';
import { recentEventsQuery } from '../../../api/filter-checks.ts';
import type { EventSummary } from '../../../api/types.ts';
import { isChosen } from './event-choice.ts';

const offeredMax = 25;
/** So many types are asked for by themselves, so that the busy ones hide none of them. */
const askedMax = 8;

/** Newest first, of the chosen types, or of any as long as none is chosen; undefined until they are known. */
export function useRecentEvents(
  eventTypes: readonly string[],
  enabled: boolean,
): readonly EventSummary[] | undefined {
  const { data: catalogue = [] } = useQuery({ ...catalogueQuery, enabled });
  const asked = askedOf(eventTypes, catalogue);
  const answers = useQueries({ queries: asked.map((type) => ({ ...recentEventsQuery(type), enabled })) });
  if (answers.some(({ data }) => data === undefined)) return undefined;
  const found = new Map(answers.flatMap(({ data }) => data!).map((event) => [event.id, event]));
  return [...found.values()]
    .filter(({ purpose }) => purpose === 'event')
    .filter(({ type }) => eventTypes.length === 0 || isChosen(eventTypes, type))
    .toSorted((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, offeredMax);
}

/** The types to ask for, and undefined for whatever came last. */
function askedOf(
  eventTypes: readonly string[],
  catalogue: readonly { readonly name: string }[],
): readonly (string | undefined)[] {
  const patterns = eventTypes.filter((type) => type.endsWith('*'));
  const listed = catalogue.map(({ name }) => name).filter((name) => isChosen(patterns, name));
  const plain = eventTypes.filter((type) => !patterns.includes(type));
  const types = [...new Set([...plain, ...listed])].slice(0, askedMax);
  return plain.length > 0 && patterns.length === 0 ? types : [...types, undefined];
}
