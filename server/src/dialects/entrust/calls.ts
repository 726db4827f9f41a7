// What each of the six operations does: read the wire, let the control plane act, show the result (specification §4).

import type { FastifyRequest } from 'fastify';
import { allRows } from '../../api/all-rows.ts';
import type { Clock } from '../../domain/clock.ts';
import { isUuid } from '../../domain/id.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { JudgeTarget } from '../../domain/target.ts';
import type { TenantId } from '../../domain/tenant.ts';
import type { DeliveryProfile, Webhook } from '../../domain/webhook.ts';
import type { TryTestMessage } from '../../deliver/test-message.ts';
import { oneAtATime } from '../../manage/one-at-a-time.ts';
import type { NewSigning } from '../../manage/new-signing.ts';
import type { Webhooks } from '../../manage/webhooks.ts';
import { testEvent } from './catalogue.ts';
import { testData } from './format.ts';
import { nameFor } from './name-for.ts';
import type { Reads } from './reads.ts';
import { badId, noWebhook } from './refusals.ts';
import { refuseFailedTest } from './test-outcome.ts';
import { readBody } from './translate/read-body.ts';
import { changedWebhook, newWebhook } from './translate/webhook-change.ts';
import { readNewWebhook, readWebhook, type NewWebhookIn } from './translate/webhook-in.ts';
import { createdOut, webhookOut } from './translate/webhook-out.ts';

/** A path's id, where it has one, is in `request.params`. Without a body it answers an empty one. */
export type Call = (request: FastifyRequest) => Promise<object | undefined>;

export type Calls = Readonly<Record<'list' | 'create' | 'get' | 'update' | 'remove' | 'test', Call>>;

export type CallParts = {
  readonly webhooks: Pick<Webhooks, 'create' | 'update' | 'remove'>;
  readonly store: Reads;
  readonly judgeTarget: JudgeTarget;
  readonly newMessageSigning: NewSigning;
  readonly tryTestMessage: TryTestMessage;
  readonly clock: Clock;
  /** Draws the id of a new webhook on this wire. */
  readonly newUuid: () => string;
  /** Of new webhooks. */
  readonly profile: DeliveryProfile;
};

export function makeCalls(parts: CallParts): Calls {
  const { webhooks, store, judgeTarget, clock } = parts;
  const inTurn = oneAtATime();
  const show = (webhook: Webhook) => webhookOut(webhook, clock.wall());

  return {
    async list(request) {
      const shown = (await allOf(tenantOf(request))).map(show);
      return shown.toSorted((a, b) => compare(a.createDate, b.createDate) || compare(a.id, b.id));
    },

    async create(request) {
      const given = readNewWebhook(readBody(request.bytes), judgeTarget);
      const { name } = given;
      const webhook =
        name === undefined
          ? await inTurn(tenantOf(request), () => createUnnamed(request, given))
          : await create(request, given, name);
      return createdOut(webhook, clock.wall());
    },

    async get(request) {
      return show(await found(request));
    },

    async update(request) {
      readId(request);
      const members = readBody(request.bytes);
      const { id } = await found(request);
      const given = readWebhook(members, judgeTarget);
      const change = (current: Webhook) => changedWebhook(current, given, clock.wall());
      return show(await webhooks.update(request.caller, id, change).catch(refuseGone));
    },

    async remove(request) {
      const { id } = await found(request);
      await webhooks.remove(request.caller, id).catch(refuseGone);
      return undefined;
    },

    async test(request) {
      const webhook = await found(request);
      const message = { type: testEvent, data: testData(request.caller.address), context: {} };
      const outcome = await parts.tryTestMessage(request.caller, webhook, message);
      if (outcome.kind === 'none') await found(request);
      refuseFailedTest(outcome);
      return undefined;
    },
  };

  function allOf(tenantId: TenantId): Promise<Webhook[]> {
    return allRows((page) => store.listWebhooks(tenantId, { dialect: 'entrust' }, page));
  }

  async function found(request: FastifyRequest): Promise<Webhook> {
    const webhook = await store.getWebhookByWireId(tenantOf(request), 'entrust', readId(request));
    if (webhook === undefined) throw noWebhook();
    return webhook;
  }

  function create(request: FastifyRequest, given: NewWebhookIn, name: string): Promise<Webhook> {
    const now = clock.wall();
    const draft = newWebhook(given, {
      name,
      signing: parts.newMessageSigning(),
      profile: parts.profile,
      now,
    });
    return webhooks.create(request.caller, draft, { kind: 'given', value: parts.newUuid() });
  }

  /** In turn, since fifty at once would race for each name; what takes one all the same lets the next be tried. */
  async function createUnnamed(request: FastifyRequest, given: NewWebhookIn): Promise<Webhook> {
    const taken = (await allOf(tenantOf(request))).map(({ name }) => name);
    for (;;) {
      const name = nameFor(given.callbackUrl.target.url, taken);
      try {
        return await create(request, given, name);
      } catch (error) {
        if (!isNameTaken(error)) throw error;
        taken.push(name);
      }
    }
  }
}

function tenantOf(request: FastifyRequest): TenantId {
  return request.caller.principal.tenantId;
}

/** UUIDs are read in any case (specification §1). */
function readId(request: FastifyRequest): string {
  const { id } = request.params as { readonly id: string };
  if (!isUuid(id)) throw badId();
  return id.toLowerCase();
}

/** Another request may delete it in the meantime. */
function refuseGone(error: unknown): never {
  throw error instanceof Refusal && error.code === 'not_found' ? noWebhook() : error;
}

function isNameTaken(error: unknown): boolean {
  return error instanceof Refusal && error.problems.some(({ rule }) => rule === 'name_taken');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
