// `/replays`: many deliveries again, or the events that a webhook missed; with progress, pause and cancel.

import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import type { ReplayFilter } from '../../../api/reads.ts';
import { isId } from '../../../domain/id.ts';
import { notFound } from '../../../domain/refusal.ts';
import { replayActs, type Replay } from '../../../domain/replay.ts';
import type { Remember } from '../../../manage/remember.ts';
import { named, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed, oneOf, PageQuery, pageOf, WindowQuery } from '../wire/schemas.ts';
import { sendOnce } from '../wire/send-once.ts';
import { readCreatedBetween } from '../wire/times.ts';
import { readPlan } from './read-plan.ts';
import { ReplayIn, replayStates } from './schemas.ts';
import { showCount, showReplay } from './show-replay.ts';

const ListQuery = closed({
  ...PageQuery,
  ...WindowQuery,
  webhookId: Type.Optional(Type.String({ description: 'Only replays for this webhook alone.' })),
  state: Type.Optional(oneOf(replayStates)),
});

const Params = closed({ id: Type.String() });

export function replayRoutes(
  app: FastifyInstance,
  { replays, store, cursors, once }: Pick<NativeParts, 'replays' | 'store' | 'cursors' | 'once'>,
): void {
  const tags = ['Replays'] as const;

  app.get(
    '/replays',
    operation('listReplays', {
      summary: 'List replays, newest first',
      tags,
      querystring: ListQuery,
      response: { 200: pageOf(Type.Ref('Replay#')) },
    }),
    async (request) => {
      const query = request.query as Static<typeof ListQuery>;
      const { tenantId } = request.caller.principal;
      const list = { tenantId, list: 'replays' };
      const page = await store.listReplays(tenantId, filterOf(query), cursors.pageRequest(list, query));
      return cursors.page(list, page, showReplay);
    },
  );

  app.post(
    '/replays',
    operation('createReplay', {
      summary: 'Deliver many again, or what a webhook missed',
      description:
        'Makes a new delivery for the newest one of each event and webhook, where that one ended as asked. Oldest first, and no faster than each receiver takes them: fresh events wait for few of them. Receivers see the same event ids with fresh signatures. What is scheduled when a replay is cancelled stays so; `POST /deliveries/cancel` takes it back.',
      tags,
      body: ReplayIn,
      response: {
        200: named('ReplayCount', 'Of a dry run: how much there is to do; counted up to 100,000'),
        201: named('Replay', 'The replay, stored; it begins within a few seconds'),
      },
    }),
    async (request, reply) => {
      const given = request.body as ReplayIn;
      const plan = readPlan(given);
      if (given.dryRun === true) return showCount(await replays.count(request.caller, plan));
      const answer = (replay: Replay) => ({ status: 201, body: JSON.stringify(showReplay(replay)) });
      const act = (remember?: Remember<Replay>) => replays.create(request.caller, plan, remember);
      return sendOnce(reply, await once(request, act, { fresh: answer, stored: answer }));
    },
  );

  app.get(
    '/replays/:id',
    operation('getReplay', {
      summary: 'A replay and how far it has come',
      tags,
      params: Params,
      response: { 200: named('Replay', 'The replay') },
    }),
    async (request) => {
      const replay = await store.getReplay(request.caller.principal.tenantId, readId(request.params));
      if (replay === undefined) throw notFound('replay');
      return showReplay(replay);
    },
  );

  const summaries = {
    pause: 'Make no more deliveries until it is resumed',
    resume: 'Go on with a paused replay',
    cancel: 'Make no more deliveries',
  };
  for (const verb of replayActs) {
    app.post(
      `/replays/:id/${verb}`,
      operation(`${verb}Replay`, {
        summary: summaries[verb],
        tags,
        params: Params,
        response: { 200: named('Replay', 'The replay in its new state') },
      }),
      async (request, reply) => {
        const id = readId(request.params);
        const answer = (replay: Replay) => ({ status: 200, body: JSON.stringify(showReplay(replay)) });
        const act = (remember?: Remember<Replay>) => replays.act(request.caller, id, verb, remember);
        return sendOnce(reply, await once(request, act, { fresh: answer, stored: answer }));
      },
    );
  }
}

function readId(params: unknown): string {
  const { id } = params as Static<typeof Params>;
  if (!isId('rpl', id)) throw notFound('replay');
  return id;
}

function filterOf(query: Static<typeof ListQuery>): ReplayFilter {
  const { webhookId, state } = query;
  return {
    ...readCreatedBetween(query),
    ...(webhookId === undefined ? {} : { webhookId }),
    ...(state === undefined ? {} : { state }),
  };
}
