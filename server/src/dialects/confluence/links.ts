// The links of a list. They follow the path that was called: with or without the context path, with or without `latest`.

import { isIPv6, type Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Query, Window } from './query.ts';

/** Where a route is mounted: the context path or '', and the API path below it. */
export type Mount = { readonly context: string; readonly api: string };

export type Links = {
  readonly self: string;
  readonly next?: string;
  readonly prev?: string;
  readonly base: string;
  readonly context: string;
};

/** The configured public URL, else the host that was asked, with the context path that was called. */
export function baseOf(request: FastifyRequest, mount: Mount, publicUrl: string | null): string {
  const host = request.host || addressOf(request.raw.socket);
  return `${(publicUrl ?? `${request.protocol}://${host}`).replace(/\/+$/, '')}${mount.context}`;
}

/** HTTP/1.0 asks no host. */
function addressOf({ localAddress = '', localPort }: Socket): string {
  return `${isIPv6(localAddress) ? `[${localAddress}]` : localAddress}:${localPort}`;
}

/**
 * `self` is absolute; `next` and `prev` are relative to `base`, as clients join them, and repeat the other parameters of
 * the query. The reference page shows absolute ones and a context without its slash.
 */
export function linksOf(
  page: Window & { readonly total: number },
  called: { readonly base: string; readonly mount: Mount; readonly query: Query; readonly absolute: boolean },
): Links {
  const { base, mount, query, absolute } = called;
  const path = `${mount.api}/webhooks`;
  const at = (start: number) => `${path}?${parameters(query, { ...page, start })}`;
  const link = (start: number) => (absolute ? `${base}${at(start)}` : at(start));
  const asked = Object.keys(query).length > 0;
  return {
    self: `${base}${asked ? at(page.start) : path}`,
    ...(page.start + page.limit < page.total && { next: link(page.start + page.limit) }),
    ...(page.start > 0 && { prev: link(Math.max(0, page.start - page.limit)) }),
    base,
    context: absolute ? mount.context.replace(/^\//, '') : mount.context,
  };
}

function parameters(query: Query, { start, limit }: Window): string {
  const search = new URLSearchParams({ limit: String(limit), start: String(start) });
  for (const [name, value] of Object.entries(query)) {
    if (name === 'start' || name === 'limit') continue;
    for (const each of [value ?? []].flat()) search.append(name, each);
  }
  return search.toString();
}
