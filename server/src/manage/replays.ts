// Replays as people ask for them: counted, made, paused, resumed and cancelled. `maintain/replaying.ts` does them.

import type { Caller } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import type { Ids } from '../domain/id.ts';
import { looksAtData, type SkipsUnverified } from '../domain/match.ts';
import { invalid, notFound, Refusal } from '../domain/refusal.ts';
import {
  actedOn,
  actorOf,
  isMissed,
  type Count,
  type Replay,
  type ReplayAct,
  type ReplayId,
  type ReplayPart,
  type ReplayPlan,
} from '../domain/replay.ts';
import type { Emit } from '../domain/signal.ts';
import type { TenantId } from '../domain/tenant.ts';
import type { Webhook, WebhookId } from '../domain/webhook.ts';
import type { Page, Position, Store } from '../storage/store.ts';
import type { Audit } from './audit.ts';
import type { Remember } from './remember.ts';

/** A plan whose window may be open: then it ends now. */
export type ReplayDraft = Omit<ReplayPlan, 'to'> & { readonly to: ReplayPlan['to'] | null };

export interface Replays {
  /** How much a replay would do now. Refuses what `create` refuses. */
  count(caller: Caller, draft: ReplayDraft): Promise<Count>;
  /** Refuses with `invalid` a webhook that the tenant hasn't, with `conflict` one that is disabled. */
  create(caller: Caller, draft: ReplayDraft, remember?: Remember<Replay>): Promise<Replay>;
  /** Resolves once no step is done that the new state forbids. Refuses with `conflict` what is over. */
  act(caller: Caller, id: ReplayId, act: ReplayAct, remember?: Remember<Replay>): Promise<Replay>;
}

export type ReplaysParts = {
  readonly store: Pick<
    Store,
    | 'getWebhook'
    | 'listWebhooks'
    | 'countReplay'
    | 'missedEvents'
    | 'createReplay'
    | 'getReplay'
    | 'changeReplay'
  >;
  readonly skipsUnverified: SkipsUnverified;
  readonly audit: Audit;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly emit: Emit;
};

const pageSize = 500;
/** An event's data may be big. */
const pageSizeWithData = 50;
const roundsMax = 10;

/** What there is to do, by webhook: null where nobody has counted. */
type Counted = Count & { readonly parts: ReadonlyMap<WebhookId, number | null> };

/** `countMax` is a parameter so that tests can bring their own. */
export function makeReplays(parts: ReplaysParts, countMax = 100_000): Replays {
  const { store, skipsUnverified, audit, ids, clock, emit } = parts;

  return {
    async count(caller, draft) {
      const { count, exact } = await countNow(caller.principal.tenantId, planOf(draft));
      return { count, exact };
    },

    async create(caller, draft, remember) {
      const { tenantId } = caller.principal;
      const plan = planOf(draft);
      const { count, exact, parts: todo } = await countNow(tenantId, plan);
      const now = clock.wall();
      const replay: Replay = {
        id: ids.next('rpl'),
        tenantId,
        plan,
        state: todo.size === 0 ? { kind: 'completed', at: now } : { kind: 'running', since: now },
        counted: { count, exact },
        made: 0,
        skipped: 0,
        createdAt: now,
        createdBy: actorOf(caller),
      };
      const change = {
        audit: audit.by(caller, tenantId, changeOf('created', null, replay)),
        idempotency: remember?.(replay),
      };
      await store.createReplay(replay, todo, change);
      tell(replay);
      return replay;
    },

    async act(caller, id, act, remember) {
      const { tenantId } = caller.principal;
      for (let round = 0; round < roundsMax; round++) {
        const before = await store.getReplay(tenantId, id);
        if (before === undefined) throw notFound('replay');
        const state = actedOn(before.state, act, actorOf(caller), clock.wall());
        if (state === before.state) return before;
        const after = { ...before, state };
        const change = {
          audit: audit.by(caller, tenantId, changeOf(verbs[act], before, after)),
          idempotency: remember?.(after),
        };
        const changed = await store.changeReplay(tenantId, id, before.state.kind, state, change);
        if (changed === undefined) continue;
        tell(changed);
        return changed;
      }
      throw new Refusal('conflict', 'Others keep changing this replay; try again');
    },
  };

  /** Nothing that the replay itself makes can be in its window. */
  function planOf({ to, ...draft }: ReplayDraft): ReplayPlan {
    const now = draft.what.kind === 'missed' ? clock.wall() : clock.now();
    return { ...draft, to: Math.min(to ?? now, now) };
  }

  /** So many are counted at most; of missed events so many are looked at. */
  async function countNow(tenantId: TenantId, plan: ReplayPlan): Promise<Counted> {
    const webhook = plan.webhookId === null ? null : await usable(tenantId, plan.webhookId);
    if (plan.what.kind === 'missed') {
      const { count, exact } = await countMissed(plan, webhook!);
      const todo = count > 0 || !exact;
      return { count, exact, parts: new Map(todo ? [[webhook!.id, exact ? count : null]] : []) };
    }
    const { byWebhook, exact } = await store.countReplay(tenantId, plan, countMax);
    if (exact) {
      const count = byWebhook.values().reduce((sum, each) => sum + each, 0);
      return { count, exact, parts: byWebhook };
    }
    const all = webhook === null ? await enabled(tenantId) : [webhook.id];
    return { count: countMax, exact, parts: new Map(all.map((id) => [id, null])) };
  }

  async function usable(tenantId: TenantId, id: WebhookId): Promise<Webhook> {
    const webhook = await store.getWebhook(tenantId, id);
    if (webhook === undefined) {
      const message = 'The tenant has no such webhook';
      throw invalid([{ pointer: '/webhookId', rule: 'unknown', message }]);
    }
    if (webhook.state.kind !== 'disabled') return webhook;
    throw new Refusal('conflict', 'The webhook is disabled; resume it before replaying');
  }

  async function enabled(tenantId: TenantId): Promise<readonly WebhookId[]> {
    const all: WebhookId[] = [];
    let after: Position | null = null;
    do {
      const page: Page<Webhook> = await store.listWebhooks(
        tenantId,
        {},
        { limit: pageSize, after, before: null },
      );
      for (const { id, state } of page.rows) if (state.kind !== 'disabled') all.push(id);
      after = page.next;
    } while (after !== null);
    return all;
  }

  async function countMissed(plan: ReplayPlan, webhook: Webhook): Promise<Count> {
    const withData = looksAtData(webhook);
    const limit = withData ? pageSizeWithData : pageSize;
    let count = 0;
    let looks = 0;
    let cursor: ReplayPart['cursor'] = null;
    for (let over = false; !over;) {
      const found = await store.missedEvents(plan, webhook, cursor, limit, withData);
      count += found.rows.filter((event) => isMissed(event, webhook, skipsUnverified)).length;
      looks += limit;
      ({ cursor, over } = found);
      if (!over && looks >= countMax) return { count, exact: false };
    }
    return { count, exact: true };
  }

  function tell({ id, tenantId, state, made, skipped, counted }: Replay): void {
    emit({ kind: 'replay.changed', tenantId, replayId: id, state: state.kind, made, skipped, counted });
  }
}

const verbs = { pause: 'paused', resume: 'resumed', cancel: 'cancelled' } as const;

function changeOf(verb: string, before: Replay | null, after: Replay) {
  return {
    action: `replay.${verb}`,
    subject: { kind: 'replay', id: after.id },
    before: before && { state: before.state.kind },
    after: before === null ? shownPlan(after) : { state: after.state.kind },
  };
}

/** Without a list of ids, which may be long. */
function shownPlan({ plan, counted }: Replay) {
  const { what } = plan;
  const of = what.kind === 'listed' ? { kind: what.kind, deliveries: what.deliveryIds.length } : what;
  return { ...plan, what: of, counted };
}
