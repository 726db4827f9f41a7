// The HTTP server: strict where the framework is lenient, every wait bounded, every dialect in a part of its own.

import type { AddressInfo } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import type { Ids } from '../domain/id.ts';
import type { Emit } from '../domain/signal.ts';
import type { Authenticate } from './authenticate.ts';
import { compileSchema } from './query.ts';
import type { Dialect } from './dialect.ts';
import { answerErrors, answerUnknownPaths } from './errors.ts';
import { guardRequests } from './guard-requests.ts';
import { answerBrokenRequest, answerBrokenUrl } from './broken-requests.ts';
import { bodiesAsBytes } from './media-types.ts';
import { refuseOtherMethods } from './methods.ts';
import { operationRoutes, type Metrics, type Readiness } from './operation.ts';
import { pageRoutes } from './pages.ts';
import type { FrameOfPortal } from './portal-page.ts';
import { renderProblem } from './problem.ts';
import { tellUntrustedProxy } from './untrusted-proxy.ts';

export type { Readiness } from './operation.ts';

export type ServerParts = {
  readonly dialects: readonly Pick<Dialect, 'name' | 'routes'>[];
  readonly authenticate: Authenticate;
  readonly ready: () => Promise<Readiness>;
  readonly metrics: () => Promise<Metrics>;
  readonly frameOfPortal: FrameOfPortal;
  readonly ids: Ids;
  readonly emit: Emit;
};

export type ServerSettings = {
  /** Proxies (addresses or CIDRs) whose `X-Forwarded-For` is believed; none believes nobody. */
  readonly trustedProxies: readonly string[];
  /** Bodies of routes that don't set `bodyLimit` themselves. */
  readonly bodyBytesMax: number;
  /** Whether `/metrics` answers without a key. */
  readonly metricsOpen: boolean;
  /** Whether people reach Posthorn over https: adds Strict-Transport-Security. */
  readonly https: boolean;
  /** Where the built web app is. */
  readonly pagesDirectory: string;
};

export interface Server {
  /** For `inject`, and for what a dialect's plugins need. Ready once `listen` or `app.ready()` resolves. */
  readonly app: FastifyInstance;
  /** Rejects with the system's error (`EADDRINUSE` …) when the address can't be had. */
  listen(at: {
    readonly host: string;
    readonly port: number;
  }): Promise<{ readonly host: string; readonly port: number }>;
  /** From now on new requests get 503 and their connection ends; `/ready` says no. */
  drain(): void;
  /** Drains, waits up to `graceMs` for requests in progress, then cuts them. Called again with less time, it hurries. */
  close(graceMs: number): Promise<void>;
}

/** A head may take 10 s, a whole request 25 s; checked every 2 s, so that a slow client is gone within 30 s. */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 25_000;
const timeoutCheckMs = 2_000;
/** A connection on which nothing moves, the longest handler included (a test of a webhook waits 30 s for its receiver). */
const connectionTimeoutMs = 60_000;
/** Longer than the usual load balancer's minute, so that it never sends into a connection that is being closed. */
const keepAliveTimeoutMs = 65_000;

/** Of a request's first line and headers together. */
const headBytesMax = 16_384;

export function makeServer(parts: ServerParts, settings: ServerSettings): Server {
  const { dialects, authenticate, ready, metrics, frameOfPortal, ids, emit } = parts;
  let draining = false;
  let closed: Promise<void> | undefined;

  const app: FastifyInstance = fastify({
    logger: false,
    genReqId: () => ids.next('req'),
    requestIdHeader: false,
    trustProxy: settings.trustedProxies.length === 0 ? false : [...settings.trustedProxies],
    bodyLimit: settings.bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: connectionTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: {
      maxHeaderSize: headBytesMax,
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: timeoutCheckMs,
    },
    // However long a path's part is, its dialect says that there is no such thing.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: headBytesMax },
    return503OnClosing: false, // guardRequests says it, in the words of each dialect
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, ids.next('req')),
    frameworkErrors: (error, request, reply) => answerBrokenUrl(error, request, reply),
  });
  // Node drops headers beyond its own maximum silently; the guard counts and refuses.
  app.server.maxHeadersCount = 0;

  bodiesAsBytes(app);
  app.setValidatorCompiler(compileSchema);
  tellUntrustedProxy(app, emit);
  guardRequests(app, { draining: () => draining, https: settings.https });
  answerErrors(app, emit, renderProblem);
  answerUnknownPaths(app);
  for (const dialect of dialects) mount(app, (part) => dialect.routes(part));
  mount(app, (part) => pageRoutes(part, settings.pagesDirectory, frameOfPortal));
  mount(app, (part) =>
    operationRoutes(part, {
      ready: readyUnlessDraining,
      metrics,
      metricsOpen: settings.metricsOpen,
      authenticate,
    }),
  );

  return {
    app,

    async listen(at) {
      await app.listen(at);
      const { address, port } = app.server.address() as AddressInfo;
      return { host: address, port };
    },

    drain() {
      draining = true;
    },

    close(graceMs) {
      draining = true;
      const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
      closed ??= (async () => app.close())();
      return closed.finally(() => clearTimeout(cut));
    },
  };

  async function readyUnlessDraining(): Promise<Readiness> {
    const state = await ready();
    return draining ? { ready: false, checks: { ...state.checks, server: 'stopping' } } : state;
  }
}

function mount(app: FastifyInstance, routes: (part: FastifyInstance) => void): void {
  void app.register(async (part) => {
    const refuseOthers = refuseOtherMethods(part);
    routes(part);
    part.after(refuseOthers);
  });
}
