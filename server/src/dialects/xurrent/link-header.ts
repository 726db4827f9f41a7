// The `Link` header of a delivery: the record's page, its REST resource, and what is related (specification §5.2).

import type { EventContext } from '../../domain/event.ts';
import { nounOf, segmentOf } from './record-types.ts';

/**
 * One line in the order canonical, resource, related: a receiver cuts it at the first `>`. Undefined when the event
 * names no object. `account` and `api` are the bases of the two URLs.
 */
export function linkHeader(
  eventType: string,
  object: EventContext['object'],
  bases: { readonly account: string; readonly api: string },
): string | undefined {
  const path =
    object?.id === undefined
      ? undefined
      : `${encodeURIComponent(segmentOf(object.type ?? nounOf(eventType)))}/${encodeURIComponent(object.id)}`;
  const canonical = urlOf(object?.url) ?? (path && `${bases.account}/${path}`);
  const links = [
    canonical && `<${canonical}>; rel="canonical"`,
    path && `<${bases.api}/v1/${path}>; rel="resource"`,
    ...(object?.related ?? []).map((related) => {
      const url = urlOf(related);
      return url && `<${url}>; rel="related"`;
    }),
  ].filter((link) => link !== undefined);
  return links.length === 0 ? undefined : links.join(', ');
}

/** As a header can carry it: nothing in it ends the link or the line. */
function urlOf(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  return url?.href.replaceAll('>', '%3E').replaceAll('<', '%3C');
}
