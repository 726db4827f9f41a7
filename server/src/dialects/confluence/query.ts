// Reads query parameters, tolerant where clients need it (specification §2.1, §4.1, §4.6).

import { invalid } from '../../domain/refusal.ts';
import { badParameter } from './refusals.ts';
import type { WireOutcome } from './schemas.ts';
import { wireOutcomes } from './translate/invocation.ts';

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export type Window = { readonly start: number; readonly limit: number };

/** What a list answers at most, and without `limit`: the guide lists "every registered webhook" so. */
const limitMax = 1_000;
const limitFallback = 25;

/** `start` and `limit` made effective: a negative start is 0, a limit of 0 or less is 25. Refuses what is no integer. */
export function readWindow(query: Query): Window {
  const limit = readInteger(query, 'limit') ?? limitMax;
  return {
    start: Math.min(Math.max(0, readInteger(query, 'start') ?? 0), Number.MAX_SAFE_INTEGER),
    limit: limit <= 0 ? limitFallback : Math.min(limit, limitMax),
  };
}

/** `true` in any case is true, anything else false. */
export function readFlag(query: Query, name: string): boolean {
  return valuesOf(query, name)[0]?.toLowerCase() === 'true';
}

/** Event ids, repeated or comma-separated; null, which means all, when there is none. Unknown ids match nothing. */
export function readEvents(query: Query): readonly string[] | null {
  const events = listed(query, 'event');
  return events.length === 0 ? null : events;
}

/** The union of `outcome` and `outcomes`; null, which means all, when there is none. Refuses an unknown outcome. */
export function readOutcomes(query: Query): readonly WireOutcome[] | null {
  const outcomes = ['outcome', 'outcomes'].flatMap((name) =>
    listed(query, name).map((text) => readOutcome(name, text)),
  );
  return outcomes.length === 0 ? null : outcomes;
}

/** The first value of a parameter that counts once. */
export function readText(query: Query, name: string): string | undefined {
  return valuesOf(query, name)[0];
}

function readOutcome(name: string, text: string): WireOutcome {
  const known = wireOutcomes.find((outcome) => outcome === text.toUpperCase());
  if (known !== undefined) return known;
  const translation = `The ${name} must be one of ${wireOutcomes.join(', ')}`;
  throw invalid([badParameter(`query/${name}`, name, text, translation)]);
}

function readInteger(query: Query, name: string): number | undefined {
  const text = valuesOf(query, name)[0];
  if (text === undefined) return undefined;
  if (!/^-?\d+$/.test(text))
    throw invalid([badParameter(`query/${name}`, name, text, `The ${name} must be an integer`)]);
  return Number(text);
}

function listed(query: Query, name: string): readonly string[] {
  return valuesOf(query, name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

function valuesOf(query: Query, name: string): readonly string[] {
  const value = query[name];
  return typeof value === 'string' ? [value] : (value ?? []);
}
