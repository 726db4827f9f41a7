// The `Link` header of a delivery: the record's page, its REST resource, and what is related (specification §5.2).

import type { EventContext } from '../../domain/event.ts';
import { nounOf, segmentOf } from './record-types.ts';

/** The longest line that common servers take is 8 KiB with its name (nginx `large_client_header_buffers`, Apache `LimitRequestFieldSize`). */
const lengthMax = 8_000;

/**
 * One line in the order canonical, resource, related: a receiver cuts it at the first `>`. A related URL that would
 * make it longer than 8,000 characters is left out. Undefined when the event names no object. `account` and `api` are the bases of the two URLs.
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
  const own = [
    canonical && `<${canonical}>; rel="canonical"`,
    path && `<${bases.api}/v1/${path}>; rel="resource"`,
  ].filter((link) => link !== undefined);
  const related = (object?.related ?? [])
    .map(urlOf)
    .filter((url) => url !== undefined)
    .map((url) => `<${url}>; rel="related"`);
  return related.reduce(withinLength, own.join(', ')) || undefined;
}

function withinLength(line: string, link: string): string {
  const longer = line === '' ? link : `${line}, ${link}`;
  return longer.length <= lengthMax ? longer : line;
}

/** As a header can carry it: nothing in it ends the link or the line. */
function urlOf(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  return url?.href.replaceAll('>', '%3E').replaceAll('<', '%3C');
}
