// Where a record comes from, when its creator does not say so in a field (specification §2.8).

import type { FastifyRequest } from 'fastify';
import { sourceLengthMax } from './webhook-in.ts';

/** The first of the source headers and the `User-Agent`, cut to what fits; else the product's own name. */
export function sourceOf({ headers }: FastifyRequest, brand: string): string {
  const given = [headers['x-4me-source'], headers['x-xurrent-source'], headers['user-agent']]
    .flat()
    .find((value) => value !== undefined && value.trim() !== '');
  return (
    given?.trim().slice(0, sourceLengthMax) ??
    (productNames[brand] ?? `${brand} API`).slice(0, sourceLengthMax)
  );
}

const productNames: Readonly<Record<string, string>> = {
  '4me': '4me API',
  'r-service': 'R-Service API',
  xurrent: 'Xurrent API',
};
