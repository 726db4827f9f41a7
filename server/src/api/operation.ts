// For who operates Posthorn: is it alive, can it do its work, how is it doing.

import type { FastifyInstance } from 'fastify';
import { protect, type Authenticate } from './authenticate.ts';

/** Whether this node can do its work, and what each of its parts says. */
export type Readiness = { readonly ready: boolean; readonly checks: Readonly<Record<string, string>> };

export type Metrics = { readonly contentType: string; readonly text: string };

export type OperationParts = {
  readonly ready: () => Promise<Readiness>;
  readonly metrics: () => Promise<Metrics>;
  readonly metricsOpen: boolean;
  readonly authenticate: Authenticate;
};

/** `/health` and `/ready` are open and tell no secret; `/metrics` needs SYSTEM:VIEW unless the operator opens it. */
export function operationRoutes(app: FastifyInstance, parts: OperationParts): void {
  const { ready, metrics, metricsOpen, authenticate } = parts;
  const whileStopping = { answersWhileStopping: true };

  app.get('/health', { config: whileStopping }, async () => ({ status: 'ok' }));

  app.get('/ready', { config: whileStopping }, async (_, reply) => {
    const state = await ready();
    return reply.status(state.ready ? 200 : 503).send(state);
  });

  void app.register(async (part) => {
    if (!metricsOpen) protect(part, authenticate);
    part.get('/metrics', { config: { ...whileStopping, permissions: ['SYSTEM:VIEW'] } }, async (_, reply) => {
      const { contentType, text } = await metrics();
      return reply.type(contentType).send(text);
    });
  });
}
