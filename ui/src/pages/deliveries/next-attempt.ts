// When the next attempt is made, or what holds it back, in the few words that a row has room for. Pure.

import type { Waiting } from '../../api/types.ts';
import * as texts from '../../texts/texts.ts';

const words = texts.deliveries.waiting;
const minuteMs = 60_000;

/** `now` counts down to the end of the wait, where it has one that is still to come. */
export function tellNext({ kind, until }: Pick<Waiting, 'kind' | 'until'>, now: number): string {
  const leftMs = until === null ? 0 : Date.parse(until) - now;
  if (kind === 'time') return leftMs > 0 ? texts.time.in(leftMs) : words.turn;
  return leftMs > 0 ? words.until(words[kind], roughly(leftMs)) : words[kind];
}

/** Whole minutes, the last one in seconds. */
function roughly(leftMs: number): string {
  return texts.time.length(leftMs <= minuteMs ? leftMs : Math.ceil(leftMs / minuteMs) * minuteMs);
}
