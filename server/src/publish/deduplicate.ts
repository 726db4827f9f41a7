// Finds the same event twice within one request, by the publisher's own id: it is stored once and answered twice.

import { Refusal } from '../domain/refusal.ts';
import type { Submission } from './publish.ts';

/** The submissions to store, and for each one given the place of its answer among those. */
export type Distinct = { readonly distinct: readonly Submission[]; readonly places: readonly number[] };

/** Refuses with `conflict` when one id stands for two different bodies. */
export function deduplicate(submissions: readonly Submission[]): Distinct {
  const distinct: Submission[] = [];
  const seen = new Map<string, number>();
  const places = submissions.map((submission) => {
    const key = publisherKeyOf(submission);
    const place = key === null ? undefined : seen.get(JSON.stringify([key.source, key.id]));
    if (place !== undefined) {
      if (distinct[place]!.bodyHash() !== submission.bodyHash()) throw publisherIdReused(submission);
      return place;
    }
    if (key !== null) seen.set(JSON.stringify([key.source, key.id]), distinct.length);
    return distinct.push(submission) - 1;
  });
  return { distinct, places };
}

/** The publisher's own name for an event: its id within its source. */
export function publisherKeyOf(
  submission: Submission,
): { readonly source: string; readonly id: string; readonly bodyHash: string } | null {
  const { publisherId, source } = submission.context;
  return publisherId === undefined
    ? null
    : { source: source ?? '', id: publisherId, bodyHash: submission.bodyHash() };
}

export function publisherIdReused({ context, idPointer }: Submission): Refusal {
  const id = context.publisherId!;
  const message = `The event id '${id}' was used before for a different event; send the same event again or use another id`;
  return new Refusal('conflict', message, { problems: [{ pointer: idPointer, rule: 'unique', message }] });
}
