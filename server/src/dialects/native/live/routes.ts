// `GET /live`: server-sent events about what happens in the caller's tenant, for as long as the caller is let in.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { may, type Permission, type Principal } from '../../../domain/access.ts';
import { secondMs } from '../../../domain/clock.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { AuthenticateAgain } from '../../../api/authenticate.ts';
import { listedMax, type Topic } from '../../../observe/live/news.ts';
import { operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed } from '../wire/schemas.ts';
import { LiveStream } from './live-stream.ts';

/** Well below what proxies, and this server, take for a dead connection. */
const heartbeatMs = 15 * secondMs;
const comeAgainMs = 10 * secondMs;

const needs: Readonly<Record<Topic, Permission>> = {
  deliveries: 'DELIVERIES:VIEW',
  issues: 'DELIVERIES:VIEW',
  events: 'EVENTS:VIEW',
  webhooks: 'WEBHOOKS:VIEW',
  replays: 'DELIVERIES:VIEW',
};

const some = `The first ${listedMax} of them.`;
const Ids = Type.Array(Type.String(), { maxItems: listedMax, description: some });

export const LiveNewsOut = closed(
  {
    deliveries: Type.Optional(
      closed(
        { ids: Ids, webhookIds: Ids, count: Type.Integer() },
        {
          description:
            'New, attempted, ended or cancelled deliveries. `count` is of all; new ones are in `ids` from their first attempt on.',
        },
      ),
    ),
    events: Type.Optional(
      closed({ types: Ids, count: Type.Integer() }, { description: 'Published events.' }),
    ),
    webhooks: Type.Optional(
      closed(
        { ids: Ids },
        {
          description: 'Webhooks that were created, changed or deleted, or whose breaker or health changed.',
        },
      ),
    ),
    issues: Type.Optional(
      closed({ webhookIds: Ids }, { description: 'Webhooks whose issues have more deliveries, or fewer.' }),
    ),
    replays: Type.Optional(
      closed({ ids: Ids }, { description: 'Replays that began, went on, were paused, or are over.' }),
    ),
  },
  {
    $id: 'LiveNews',
    description:
      'The messages of `GET /live`: each member is the `data` of the event of its name, as JSON. They say what to ask for again, not how it is now.',
  },
);

export function liveRoutes(
  app: FastifyInstance,
  {
    live,
    authenticateAgain,
    clock,
  }: Pick<NativeParts, 'live' | 'clock'> & { readonly authenticateAgain: AuthenticateAgain },
): void {
  const open = new Set<LiveStream>();
  app.addHook('preClose', async () => open.forEach((stream) => stream.end()));

  app.get(
    '/live',
    {
      ...operation('getLive', {
        summary: 'Look on: what happens, as server-sent events',
        description:
          'Events `deliveries`, `events`, `webhooks`, `issues` and `replays`, each as far as the caller may view it, at most two a second of each, whatever node it happens on. A comment comes every 15 seconds. What happens while nobody is connected is not told later: ask again after each connect. The stream ends when the caller is not let in any more or the server stops.',
        tags: ['Live'],
        response: {
          200: Type.Unsafe({
            description: 'The stream',
            content: { 'text/event-stream': { schema: { $ref: 'LiveNews#' } } },
          }),
        },
      }),
      exposeHeadRoute: false,
    },
    (request, reply) => {
      let { principal } = request.caller;
      const stream = new LiveStream((topic) => may(principal, needs[topic]));
      const stopWatching = live.watch(principal.tenantId, (news) => stream.tell(news));
      if (stopWatching === undefined) {
        const message = 'Too many look on already; close some, or come back later';
        throw new Refusal('too_many_requests', message, { retryAfterMs: comeAgainMs });
      }
      open.add(stream);
      let stopBeating = clock.after(heartbeatMs, beat);
      stream.once('close', () => {
        stopWatching();
        stopBeating();
        open.delete(stream);
      });
      return reply.headers({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' }).send(stream);

      function beat(): void {
        void letIn(request, principal).then((now) => {
          if (stream.destroyed) return;
          if (now === undefined) return stream.end();
          principal = now;
          stream.beat();
          stopBeating = clock.after(heartbeatMs, beat);
        });
      }
    },
  );

  /** Who is calling, as of now; undefined where it may look on no more. What can't be found out now stays as it was. */
  async function letIn(request: FastifyRequest, before: Principal): Promise<Principal | undefined> {
    try {
      const principal = await authenticateAgain(request);
      return principal !== undefined && may(principal, needs.deliveries) ? principal : undefined;
    } catch {
      return before;
    }
  }
}
