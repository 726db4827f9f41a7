// What a published event must be beyond the shape of its JSON: each rule with a sentence that says what is right.

import { isEventType } from '../../../domain/event-type.ts';
import { timeRule } from '../../../api/check.ts';
import type { FieldProblem } from '../../../domain/refusal.ts';
import { parseTime } from '../../../domain/iso-time.ts';
import type { EventEnvelope } from './schemas.ts';

export const eventTypeRule =
  'has 1 to 128 of A-Z a-z 0-9 _ . - with no empty segment between or beside dots, such as invoice.paid';

/** Every rule that the event breaks. */
export function problemsOfEvent(event: EventEnvelope): FieldProblem[] {
  return [
    ...problemsOfType(event.type),
    ...problemsOfId(event.id),
    ...problemsOfTime('/occurredAt', event.occurredAt),
    ...problemsOfTexts(event),
    ...problemsOfUrls(event.object),
    ...problemsOfChannels(event.channels ?? []),
  ];
}

export function problemsOfType(type: string, pointer = '/type'): FieldProblem[] {
  return isEventType(type)
    ? []
    : [{ pointer, rule: 'event_type', message: `An event type ${eventTypeRule}` }];
}

export function problemsOfTime(pointer: string, time: string | undefined): FieldProblem[] {
  if (time === undefined || parseTime(time) !== undefined) return [];
  return [{ pointer, rule: 'date_time', message: `'${nameAt(pointer)}' ${timeRule}` }];
}

/** `/actor/id` is the body's `actor/id`; `header/ce-id` is no pointer into the body and stands as it is. */
function nameAt(pointer: string): string {
  return pointer.startsWith('/') ? pointer.slice(1) : pointer;
}

/** The dot is left out so that an id can stand in what signatures join with dots (Standard Webhooks, "webhook-id"). */
function problemsOfId(id: string | undefined): FieldProblem[] {
  if (id === undefined || /^[\x21-\x2d\x2f-\x7e]{1,255}$/.test(id)) return [];
  const message = "'id' has 1 to 255 printable ASCII characters without spaces and dots";
  return [{ pointer: '/id', rule: 'id', message }];
}

function problemsOfTexts(event: EventEnvelope): FieldProblem[] {
  const { actor = {}, object = {}, scope = {}, orderingKey, source, instanceName } = event;
  const groups = Object.entries({ actor, object, scope, '': { orderingKey, source, instanceName } });
  return groups.flatMap(([group, texts]) =>
    Object.entries(texts).flatMap(([name, text]) =>
      typeof text === 'string' ? problemsOfText(group === '' ? `/${name}` : `/${group}/${name}`, text) : [],
    ),
  );
}

/** Control characters could break out of a header that a dialect makes of it; lone surrogates have no UTF-8. */
export function problemsOfText(pointer: string, text: string): FieldProblem[] {
  if (!/\p{Cc}/u.test(text) && text.isWellFormed()) return [];
  const message = `'${nameAt(pointer)}' holds control characters or broken Unicode; send plain text`;
  return [{ pointer, rule: 'characters', message }];
}

function problemsOfUrls(object: EventEnvelope['object']): FieldProblem[] {
  const urls: [string, string][] = (object?.related ?? []).map((url, index) => [
    `/object/related/${index}`,
    url,
  ]);
  if (object?.url !== undefined) urls.unshift(['/object/url', object.url]);
  return urls.flatMap(([pointer, url]) => {
    if (isWebUrl(url)) return [];
    const message = `'${nameAt(pointer)}' is an absolute http or https URL without spaces, quotes and angle brackets`;
    return [{ pointer, rule: 'url', message }];
  });
}

function isWebUrl(text: string): boolean {
  return /^https?:\/\/[^\s\p{Cc}"<>\\^`{|}]+$/iu.test(text) && URL.canParse(text);
}

function isChannel(text: string): boolean {
  return /^[A-Za-z0-9_.:/-]{1,128}$/.test(text);
}

const channelRule = 'has 1 to 128 of A-Z a-z 0-9 _ . : / -';

export function problemsOfChannels(channels: readonly string[]): FieldProblem[] {
  return channels.flatMap((channel, index) => {
    const pointer = `/channels/${index}`;
    if (!isChannel(channel)) return [{ pointer, rule: 'channel', message: `A channel ${channelRule}` }];
    if (channels.indexOf(channel) === index) return [];
    return [{ pointer, rule: 'unique', message: `The channel '${channel}' comes twice; name it once` }];
  });
}
