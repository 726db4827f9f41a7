// What each call of `/v1/webhooks` does: read the wire, let the control plane act, show the result (specification §3.2).

import { allWebhooks } from '../../../api/all-rows.ts';
import { notFound } from '../../../domain/refusal.ts';
import type { JudgeTarget } from '../../../domain/target.ts';
import type { TenantId } from '../../../domain/tenant.ts';
import { askedNow, type Verification } from '../../../domain/verification.ts';
import { policyIdOf, type DeliveryProfile, type Webhook, type WebhookId } from '../../../domain/webhook.ts';
import type { SendTestMessage } from '../../../deliver/test-message.ts';
import { oneAtATime } from '../../../manage/one-at-a-time.ts';
import type { WebhookDraft, Webhooks } from '../../../manage/webhooks.ts';
import type { Clock } from '../../../domain/clock.ts';
import type { Ids } from '../../../domain/id.ts';
import { emptyPayload, testContext } from '../format.ts';
import { numberOf } from '../node-id.ts';
import type { Reads } from '../reads.ts';
import { collection, type Answer, type Call, type Handle } from '../rest/calls.ts';
import type { FilterFields } from '../rest/filters.ts';
import { readFields } from '../rest/fields.ts';
import { eventOf, idOf, uriOf } from '../stored.ts';
import { auditOf, type AuditShowing } from '../audit.ts';
import { sourceOf } from './source.ts';
import { changedWebhook, newWebhook } from './webhook-change.ts';
import { readWebhook, type WebhookIn } from './webhook-in.ts';
import { defaultFields, webhookRecord, type Showing, type WebhookRecord } from './webhook-out.ts';

export type WebhookCallsParts = {
  readonly webhooks: Pick<Webhooks, 'create' | 'update' | 'remove' | 'renewVerification'>;
  readonly store: Reads;
  readonly judgeTarget: JudgeTarget;
  readonly sendTest: SendTestMessage;
  /** The engine's: an enabled webhook starts without its past failures. */
  readonly forgetFailures: (id: WebhookId) => Promise<void>;
  readonly showing: Showing & AuditShowing;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly brand: string;
  readonly profile: DeliveryProfile;
};

const filters: FilterFields<WebhookRecord> = {
  id: { kind: 'integer', of: ({ id }) => id },
  name: { kind: 'text-any-case', of: ({ name }) => name },
  event: { kind: 'text', of: ({ event }) => event },
  uri: { kind: 'text', of: ({ uri }) => uri },
  disabled: { kind: 'boolean', of: ({ disabled }) => disabled },
  source: { kind: 'text', of: ({ source }) => source },
  sourceID: { kind: 'text', of: ({ sourceID }) => sourceID },
  created_at: { kind: 'time', of: ({ created_at }) => created_at },
  updated_at: { kind: 'time', of: ({ updated_at }) => updated_at },
};

const sorts = {
  id: ({ id }: WebhookRecord) => id,
  name: ({ name }: WebhookRecord) => name,
  created_at: ({ created_at }: WebhookRecord) => created_at,
  updated_at: ({ updated_at }: WebhookRecord) => updated_at,
};

export type WebhookCalls = Readonly<
  Record<
    'list' | 'listEnabled' | 'listDisabled' | 'get' | 'create' | 'update' | 'remove' | 'test' | 'audit',
    Handle
  >
>;

export function makeWebhookCalls(parts: WebhookCallsParts): WebhookCalls {
  const { webhooks, store, judgeTarget, clock, ids, showing } = parts;
  const show = (webhook: Webhook): WebhookRecord => webhookRecord(webhook, showing);
  const inTurn = oneAtATime();

  /** One reading of an account at a time, since where there are thousands of webhooks many would hold up everybody else. */
  function allOf(tenantId: TenantId): Promise<Webhook[]> {
    return inTurn(tenantId, () => allWebhooks(store, tenantId, 'xurrent'));
  }

  async function found({ tenantId, id }: Call): Promise<Webhook> {
    const number = numberOf(id, showing.nodeDomain(), 'Webhook');
    const webhook =
      number === undefined ? undefined : await store.getWebhookByWireId(tenantId, 'xurrent', number);
    if (webhook === undefined) throw notFound('webhook');
    return webhook;
  }

  function list(only: (record: WebhookRecord) => boolean) {
    return async (call: Call): Promise<Answer> => {
      const records = (await allOf(call.tenantId)).map(show).filter(only);
      return collection(call, records, { filters, sorts, sort: 'name', fields: defaultFields });
    };
  }

  async function read(call: Call, current: Webhook | null): Promise<WebhookIn> {
    return readWebhook(await readFields(call.request), {
      kind: current === null ? 'create' : 'update',
      judge: judgeTarget,
      policyOf: (number) => store.getPolicyByNumber(call.tenantId, number),
      linked: current === null ? null : policyIdOf(current.signing),
    });
  }

  /** Verified at once where the account has a verified webhook with the very same uri (specification §3.3). */
  async function verificationFor(
    call: Call,
    webhook: WebhookDraft,
    self: WebhookId | null,
  ): Promise<Verification> {
    const uri = uriOf(webhook);
    const others = await allOf(call.tenantId);
    const vouched = others.some(
      (other) => other.id !== self && other.verification?.kind === 'verified' && uriOf(other) === uri,
    );
    return vouched ? { kind: 'verified', at: clock.wall(), messageId: null } : asked();
  }

  function asked(): Verification {
    return askedNow(ids.next('evt'), clock.wall());
  }

  return {
    list: list(() => true),
    listEnabled: list(({ disabled }) => !disabled),
    listDisabled: list(({ disabled }) => disabled),

    async get(call) {
      return { body: show(await found(call)) };
    },

    async create(call) {
      const given = await read(call, null);
      const draft = newWebhook(given, {
        profile: parts.profile,
        verification: asked(),
        source: given.source ?? sourceOf(call.request, parts.brand),
        now: clock.wall(),
      });
      const verification = await verificationFor(call, draft, null);
      const wireId = { kind: 'next_in_installation' } as const;
      const webhook = await webhooks.create(call.caller, { ...draft, verification }, wireId);
      return { body: show(webhook), headers: { location: call.pageUrl(`webhooks/${idOf(webhook)}`) } };
    },

    async update(call) {
      const current = await found(call);
      const given = await read(call, current);
      const now = clock.wall();
      const next = changedWebhook(current, given, { verification: asked(), now });
      const moves = uriOf(next) !== uriOf(current);
      const verification = moves ? await verificationFor(call, next, current.id) : asked();
      const by = { verification, now };
      const webhook = await webhooks.update(call.caller, current.id, (stored) =>
        changedWebhook(stored, given, by),
      );
      if (given.disabled === false || uriOf(webhook) !== uriOf(current))
        await parts.forgetFailures(webhook.id);
      return { body: show(webhook) };
    },

    async remove(call) {
      const { id } = await found(call);
      await webhooks.remove(call.caller, id);
      return {};
    },

    /** Answered once the message is stored: a client may be its own receiver, and is free to answer then. */
    async test(call) {
      const webhook = await found(call);
      if (webhook.verification?.kind === 'pending') await webhooks.renewVerification(call.caller, webhook.id);
      const { id, name } = call.caller.principal;
      const context = testContext({ id, name });
      await parts.sendTest(call.caller, webhook, { type: eventOf(webhook), data: emptyPayload, context });
      return {};
    },

    async audit(call) {
      const { id } = await found(call);
      return auditOf(store, call, id, showing);
    },
  };
}
