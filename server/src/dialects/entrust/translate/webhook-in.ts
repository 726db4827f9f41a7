// From `WebhookParms` to what a client asks for, with all that is wrong told at once (specification §5.1, §6). The names of
// the model's members are a choice: with `webhook-out.ts` this is the one place to change them.

import { isPlain } from '../../../api/plain-texts.ts';
import type { JudgeTarget, Target, TargetRules } from '../../../domain/target.ts';
import { isEntrustEvent } from '../catalogue.ts';
import { refuseFaults } from '../refusals.ts';
import { readerOf, type FieldReader, type Members, type Named } from './field-reader.ts';

/** What was given; absent members stay undefined. */
export type WebhookIn = {
  readonly name?: string | undefined;
  readonly callbackUrl?: { readonly text: string; readonly target: Target } | undefined;
  readonly events?: readonly string[] | undefined;
  readonly active?: boolean | undefined;
  readonly expiryDays?: number | undefined;
};

export type NewWebhookIn = WebhookIn & {
  readonly callbackUrl: NonNullable<WebhookIn['callbackUrl']>;
  readonly events: readonly string[];
};

const fields = {
  name: { name: 'name' },
  callbackUrl: { name: 'callbackUrl', aliases: ['callbackURL', 'url'] },
  events: { name: 'events', aliases: ['webhookEvents', 'eventTypes'] },
  state: { name: 'state' },
  enabled: { name: 'enabled', aliases: ['active'] },
  expiryDays: { name: 'expiryDays', aliases: ['expiration', 'expirationDays'] },
} as const satisfies Record<string, Named>;

export const nameLengthMax = 100;
export const expiryDaysMax = 3_650;
const urlLengthMax = 2_048;

/** `http:` where the operator allows it (design, Rulings: Targets). */
export const targetRules: TargetRules = { http: false, userinfo: false };

/** What an update gives. */
export function readWebhook(members: Members, judge: JudgeTarget): WebhookIn {
  const reader = readerOf(members);
  const given = readMembers(reader, judge);
  refuseFaults(reader.faults);
  return given;
}

/** What a create gives: URL and events are there. */
export function readNewWebhook(members: Members, judge: JudgeTarget): NewWebhookIn {
  const reader = readerOf(members);
  reader.required(fields.callbackUrl);
  reader.required(fields.events);
  const given = readMembers(reader, judge);
  refuseFaults(reader.faults);
  return given as NewWebhookIn;
}

function readMembers(reader: FieldReader, judge: JudgeTarget): WebhookIn {
  return {
    name: readName(reader),
    callbackUrl: readUrl(reader, judge),
    events: readEvents(reader),
    active: readState(reader),
    expiryDays: readExpiryDays(reader),
  };
}

function readName(reader: FieldReader): string | undefined {
  const name = reader.text(fields.name)?.trim();
  if (name === undefined) return undefined;
  if (!isPlain(name)) return reader.fail('name', 'characters', 'must be well-formed text without NUL');
  if (hasGoodLength(name)) return name;
  return reader.fail('name', 'length', `must have 1 to ${nameLengthMax} characters`);
}

/** Whether a trimmed name is neither empty nor too long. */
export function hasGoodLength(name: string): boolean {
  const length = Array.from(name).length;
  return length >= 1 && length <= nameLengthMax;
}

/** The text is looked at before it is parsed: a fragment would be dropped silently. */
function readUrl(reader: FieldReader, judge: JudgeTarget): WebhookIn['callbackUrl'] {
  const { name } = fields.callbackUrl;
  const text = reader.text(fields.callbackUrl)?.trim();
  if (text === undefined) return undefined;
  if (text.length > urlLengthMax)
    return reader.fail(name, 'length', `must have at most ${urlLengthMax} characters`);
  if (!isPlain(text)) return reader.fail(name, 'characters', 'must be well-formed text');
  if (/[\s\p{Cc}]/u.test(text))
    return reader.fail(name, 'characters', 'must not contain white space or control characters');
  if (text.includes('#')) return reader.fail(name, 'fragment', 'must not contain a fragment');
  const judged = judge(text, targetRules);
  if (judged.ok) return { text, target: judged.target };
  const { rule, message } = judged.problem;
  if (rule === 'scheme' || rule === 'http_not_allowed') return reader.fail(name, 'scheme', 'must use https');
  return reader.fail(name, rule, `is refused: ${message}`);
}

function readEvents(reader: FieldReader): readonly string[] | undefined {
  const { name } = fields.events;
  const events = reader.texts(fields.events);
  if (events === undefined) return undefined;
  if (events.length === 0) return reader.fail(name, 'empty', 'must name at least one event');
  if (!events.every(isEntrustEvent))
    return reader.fail(name, 'unknown_event', 'must name events that exist, exactly');
  return [...new Set(events)];
}

function readState(reader: FieldReader): boolean | undefined {
  if (reader.raw(fields.state) === undefined) return readEnabled(reader);
  const state = reader.text(fields.state);
  if (state === undefined) return undefined;
  if (/^(in)?active$/i.test(state)) return state.length === 'active'.length;
  return reader.fail('state', 'unknown_state', 'must be ACTIVE or INACTIVE');
}

/** An alias is told by the name that counts. */
function readEnabled(reader: FieldReader): boolean | undefined {
  const enabled = reader.raw(fields.enabled);
  if (enabled === undefined || typeof enabled === 'boolean') return enabled;
  return reader.fail('state', 'type', 'must be ACTIVE or INACTIVE');
}

function readExpiryDays(reader: FieldReader): number | undefined {
  const days = reader.integer(fields.expiryDays);
  if (days === undefined || (days >= 0 && days <= expiryDaysMax)) return days;
  return reader.fail('expiryDays', 'range', `must be 0 to ${expiryDaysMax}`);
}
