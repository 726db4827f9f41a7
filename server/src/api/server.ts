// The HTTP server: strict where the framework is lenient, every wait bounded, every dialect in a part of its own.

import type { FastifyInstance } from 'fastify';
import type { Ids } from '../domain/id.ts';
import type { Emit } from '../domain/signal.ts';
import type { Authenticate } from './authenticate.ts';
import type { Dialect } from './dialect.ts';

/** Whether this node can do its work, and what each of its parts says. */
export type Readiness = { readonly ready: boolean; readonly checks: Readonly<Record<string, string>> };

export type ServerParts = {
  readonly dialects: readonly Pick<Dialect, 'name' | 'routes'>[];
  readonly authenticate: Authenticate;
  readonly ready: () => Promise<Readiness>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
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
};

export interface Server {
  /** For `inject`, and for what a dialect's plugins need. */
  readonly app: FastifyInstance;
  /** Rejects with the system's error (`EADDRINUSE` …) when the address can't be had. */
  listen(at: {
    readonly host: string;
    readonly port: number;
  }): Promise<{ readonly host: string; readonly port: number }>;
  /** From now on new requests get 503 and their connection ends; `/ready` says no. */
  drain(): void;
  /** Drains, waits up to `graceMs` for requests in progress, then cuts them. May be called twice. */
  close(graceMs: number): Promise<void>;
}

export declare function makeServer(parts: ServerParts, settings: ServerSettings): Server;
