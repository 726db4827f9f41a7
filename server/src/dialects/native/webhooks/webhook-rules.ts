// What a webhook must be beyond the shape of its JSON: each rule with a sentence that says what is right.

import { secondMs } from '../../../domain/clock.ts';
import { isEventTypePattern } from '../../../domain/event-type.ts';
import { escapePointer } from '../../../domain/json-scan.ts';
import { redacted } from '../../../domain/masked-url.ts';
import type { FieldProblem } from '../../../domain/refusal.ts';
import { scheduleProblem } from '../../../domain/retry-schedule.ts';
import { headerProblems } from '../../../deliver/egress/header-rules.ts';
import { problemsOfChannels, problemsOfText } from '../events/event-rules.ts';
import type { WebhookIn } from './schemas.ts';

/** The members that a create and a change have in common, with nothing to take away any more. */
export type WebhookMembers = Partial<
  Pick<
    WebhookIn,
    'name' | 'description' | 'eventTypes' | 'channels' | 'headers' | 'retrySchedule' | 'metadata'
  >
>;

export function problemsOfWebhook(given: WebhookMembers): FieldProblem[] {
  return [
    ...(given.name === undefined ? [] : problemsOfName(given.name)),
    ...problemsOfPatterns(given.eventTypes ?? []),
    ...problemsOfChannels(given.channels ?? []),
    ...problemsOfHeaders(given.headers ?? {}),
    ...problemsOfSchedule(given.retrySchedule ?? null),
    ...problemsOfMetadata(given.metadata ?? {}),
  ];
}

function problemsOfName(name: string): FieldProblem[] {
  if (name.trim() !== '') return problemsOfText('/name', name);
  return [{ pointer: '/name', rule: 'blank', message: "'name' is blank; give the webhook a name" }];
}

function problemsOfPatterns(patterns: readonly string[]): FieldProblem[] {
  return patterns.flatMap((pattern, index) => {
    const pointer = `/eventTypes/${index}`;
    if (!isEventTypePattern(pattern)) {
      const message =
        'Send an event type such as invoice.paid, a beginning with a final * such as invoice.*, or *';
      return [{ pointer, rule: 'event_type_pattern', message }];
    }
    if (patterns.indexOf(pattern) === index) return [];
    return [{ pointer, rule: 'unique', message: `'${pattern}' comes twice; name it once` }];
  });
}

/** A mask that is not sent back for the secret it hides would be sent to the receiver in its place. */
function problemsOfHeaders(headers: Readonly<Record<string, string>>): FieldProblem[] {
  const names = Object.keys(headers).filter((name) => headers[name] === redacted);
  const masks = names.map((name) => ({
    pointer: `/${escapePointer(name)}`,
    rule: 'masked',
    message: `No secret is stored as ${name}: send its value, not ${redacted}`,
  }));
  return [...headerProblems(headers), ...masks].map((problem) => ({
    ...problem,
    pointer: `/headers${problem.pointer}`,
  }));
}

function problemsOfSchedule(waits: readonly number[] | null): FieldProblem[] {
  const problem = waits === null ? undefined : scheduleProblem(waits.map((wait) => wait * secondMs));
  return problem === undefined
    ? []
    : [{ pointer: '/retrySchedule', rule: 'retry_schedule', message: problem }];
}

function problemsOfMetadata(metadata: Readonly<Record<string, string>>): FieldProblem[] {
  const entries = Object.entries(metadata);
  if (entries.length > 50) {
    const message = `'metadata' has ${entries.length} entries; at most 50 are allowed`;
    return [{ pointer: '/metadata', rule: 'max_properties', message }];
  }
  return entries.flatMap(([key, value]) => {
    const pointer = `/metadata/${escapePointer(key)}`;
    if (key.length < 1 || key.length > 64) {
      return [{ pointer, rule: 'key_length', message: 'A key of the metadata has 1 to 64 characters' }];
    }
    if (value.length > 512) {
      return [{ pointer, rule: 'max_length', message: 'A value of the metadata has at most 512 characters' }];
    }
    return [];
  });
}
