// Reads what a client wants a webhook to be, and tells every broken rule at once (specification §3.1, §3.2).

import type { JudgeTarget, Target } from '../../../domain/target.ts';
import type { Id } from '../../../domain/id.ts';
import { isMailAddress } from '../../../domain/mail-address.ts';
import { linkable, type WebhookPolicy } from '../../../domain/webhook-policy.ts';
import { isXurrentEvent } from '../catalogue.ts';
import type { Fields } from '../rest/fields.ts';
import { isBlank, isTrue, readerOf, scalarText, type FieldReader } from '../rest/field-reader.ts';
import { refuseIfAny } from '../rest/refusals.ts';
import type { Attachment } from '../stored.ts';

/** The fields that a request carries; absent ones are undefined, null clears one that may be blank. */
export type WebhookIn = {
  readonly name: string | null | undefined;
  readonly event: string | undefined;
  readonly uri: GivenUri | undefined;
  readonly disabled: boolean | undefined;
  readonly description: string | null | undefined;
  readonly attachments: readonly GivenAttachment[] | undefined;
  readonly mailExceptionsTo: string | null | undefined;
  readonly policy: WebhookPolicy | null | undefined;
  readonly openidConnectDiscovery: boolean | undefined;
  readonly appOfferingReferences: readonly string[] | undefined;
  readonly source: string | null | undefined;
  readonly sourceID: string | null | undefined;
};

/** The text as given, for the echo, and what it means. */
type GivenUri = { readonly text: string; readonly target: Target };

/** `remove` takes away the attachment of this key. */
export type GivenAttachment = Attachment & { readonly remove: boolean };

export const nameLengthMax = 128;
export const sourceLengthMax = 30;
export const sourceIDLengthMax = 128;
const uriLengthMax = 2_048;
export const referenceLengthMax = 128;
const descriptionBytesMax = 65_536;
const addressesLengthMax = 2_048;
export const attachmentsMax = 100;

/** `http:` is allowed, and `user:pass@` becomes stored credentials (design, Rulings: Targets). */
export const targetRules = { http: true, userinfo: true };

export type WebhookReading = {
  readonly kind: 'create' | 'update';
  readonly judge: JudgeTarget;
  /** The account's policy of this number. */
  readonly policyOf: (number: number) => Promise<WebhookPolicy | undefined>;
  /** The policy that the webhook has already: it may stay though it is disabled. */
  readonly linked: Id | null;
};

/** Unknown and read-only fields are ignored. Throws `invalid`. */
export async function readWebhook(fields: Fields, reading: WebhookReading): Promise<WebhookIn> {
  const reader = readerOf(fields);
  const given: WebhookIn = {
    name: reader.text('name', nameLengthMax),
    event: readEvent(reader, reading),
    uri: readUri(reader, reading),
    disabled: reader.boolean('disabled'),
    description: readDescription(reader),
    attachments: readAttachments(reader),
    mailExceptionsTo: readAddresses(reader),
    policy: await readPolicy(reader, reading),
    openidConnectDiscovery: reader.boolean('openid_connect_discovery'),
    appOfferingReferences: reader.texts('app_offering_references', referenceLengthMax),
    source: reader.text('source', sourceLengthMax),
    sourceID: reader.text('sourceID', sourceIDLengthMax),
  };
  refuseIfAny(reader.problems);
  return given;
}

function readEvent(reader: FieldReader, { kind }: WebhookReading): string | undefined {
  if (kind === 'update' && !reader.isGiven('event')) return undefined;
  const value = reader.raw('event');
  if (value === undefined || isBlank(value)) return reader.fail('event', "can't be blank");
  const event = scalarText(value);
  if (event !== undefined && isXurrentEvent(event)) return event;
  return reader.fail('event', 'is not included in the list');
}

function readUri(reader: FieldReader, { kind, judge }: WebhookReading): GivenUri | undefined {
  if (kind === 'update' && !reader.isGiven('uri')) return undefined;
  const value = reader.raw('uri');
  if (value === undefined || isBlank(value)) return reader.fail('uri', "can't be blank");
  const text = reader.text('uri', uriLengthMax);
  if (typeof text !== 'string') return undefined;
  const judged = judge(text, targetRules);
  if (judged.ok) return { text, target: judged.target };
  reader.fail('uri', 'is invalid');
  return reader.fail('uri', `is refused: ${judged.problem.message}`);
}

function readDescription(reader: FieldReader): string | null | undefined {
  const text = reader.text('description', descriptionBytesMax);
  if (typeof text !== 'string' || Buffer.byteLength(text) <= descriptionBytesMax) return text;
  return reader.fail('description', `is too long (maximum is ${descriptionBytesMax} bytes)`);
}

/** Comma-separated; kept as given. */
function readAddresses(reader: FieldReader): string | null | undefined {
  const text = reader.text('mail_exceptions_to', addressesLengthMax);
  if (typeof text !== 'string' || addressesIn(text).every(isMailAddress)) return text;
  return reader.fail('mail_exceptions_to', 'is invalid');
}

/** The addresses of `mail_exceptions_to`. */
export function addressesIn(text: string): string[] {
  return text
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
}

/** `webhook_policy_id`, or `webhook_policy` as a number or a reference; blank takes the policy away. */
async function readPolicy(
  reader: FieldReader,
  { policyOf, linked }: WebhookReading,
): Promise<WebhookPolicy | null | undefined> {
  const field = reader.isGiven('webhook_policy_id') ? 'webhook_policy_id' : 'webhook_policy';
  const value = reader.raw(field);
  if (value === undefined) return undefined;
  const reference = typeof value === 'object' && value !== null && 'id' in value ? value.id : value;
  if (isBlank(reference)) return null;
  const number = scalarText(reference) ?? '';
  const policy = /^\d{1,15}$/.test(number) ? await policyOf(Number(number)) : undefined;
  if (policy !== undefined && linkable(policy, linked)) return policy;
  return reader.fail(field, 'is invalid');
}

function readAttachments(reader: FieldReader): readonly GivenAttachment[] | undefined {
  const value = reader.raw('description_attachments');
  if (value === undefined || isBlank(value)) return undefined;
  const entries = [value].flat() as unknown[];
  const attachments = entries.map(attachmentOf).filter((attachment) => attachment !== undefined);
  if (attachments.length === entries.length && entries.length <= attachmentsMax) return attachments;
  return reader.fail('description_attachments', 'is invalid');
}

function attachmentOf(entry: unknown): GivenAttachment | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { key, filesize, inline, _destroy } = entry as Readonly<Record<string, unknown>>;
  const size = Number(scalarText(filesize) ?? Number.NaN);
  if (typeof key !== 'string' || key === '' || key.length > 1_024 || !key.isWellFormed()) return undefined;
  return {
    key,
    filesize: Number.isSafeInteger(size) && size >= 0 ? size : null,
    inline: isTrue(inline),
    remove: isTrue(_destroy),
  };
}
