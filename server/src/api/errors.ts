// From whatever a route threw to an answer: refusals are rendered by their dialect, anything else is a fault of ours.

import type { FastifyInstance } from 'fastify';
import type { Refusal } from '../domain/refusal.ts';
import type { Emit } from '../domain/signal.ts';

/** What there is to render. A fault is already reported; all that its caller learns is the request id. */
export type Declined = { readonly kind: 'refusal'; readonly refusal: Refusal } | { readonly kind: 'fault' };

export type Rendered = {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/** A dialect's own way to say no. `Retry-After` is added here. */
export type Render = (declined: Declined, requestId: string) => Rendered;

/** Answers every error and unknown path in this encapsulated part of the server through `render`. */
export declare function answerErrors(app: FastifyInstance, emit: Emit, render: Render): void;

/** The refusal behind an error of a route, of the server itself (too large, malformed …) or of the store; undefined for a bug. */
export declare function refusalOf(error: unknown): Refusal | undefined;
