// Moments as people read them: how long ago, with the exact time in the title, kept true while the page is open.

import { useEffect, useState } from 'react';
import * as texts from '../texts/texts.ts';

/** The time now, told again every `everyMs` while the component shows. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

type At = {
  readonly at: string;
  /** With the milliseconds, where what happened is compared with somebody else's record of it. */
  readonly toMs?: boolean;
};

export function Ago({ at, toMs = false }: At) {
  const now = useNow(10_000);
  return (
    <time dateTime={at} title={toMs ? exactToMs(at) : exact(at)} className="whitespace-nowrap">
      {texts.time.ago(now - Date.parse(at))}
    </time>
  );
}

/** Until a moment to come, second by second. */
export function Countdown({ until }: { readonly until: string }) {
  const now = useNow(1_000);
  const leftMs = Date.parse(until) - now;
  return (
    <time dateTime={until} title={exact(until)} className="whitespace-nowrap tabular-nums">
      {leftMs <= 0 ? texts.time.now : texts.time.in(leftMs)}
    </time>
  );
}

export function Moment({ at, toMs = false }: At) {
  return (
    <time dateTime={at} className="whitespace-nowrap tabular-nums">
      {toMs ? exactToMs(at) : exact(at)}
    </time>
  );
}

/** Where the day is today; that is in the title. */
export function TimeOfDay({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={exact(at)} className="whitespace-nowrap tabular-nums">
      {new Date(at).toLocaleTimeString(undefined, { timeStyle: 'medium' })}
    </time>
  );
}

/** The day, where the time of day is no matter; that is in the title. */
export function Day({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={exact(at)} className="whitespace-nowrap tabular-nums">
      {day(at)}
    </time>
  );
}

export function day(at: string): string {
  return new Date(at).toLocaleDateString(undefined, { dateStyle: 'medium' });
}

/** Date and time of day to the second, in the reader's zone and with its name: headers beside it are in UTC. */
export function exact(at: string): string {
  return zoned(moments, at);
}

export function exactToMs(at: string): string {
  return zoned(momentsToMs, at);
}

const toTheSecond = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'shortOffset',
} as const;
/** Made once: making them costs more than a row of a list. */
const moments = new Intl.DateTimeFormat(undefined, toTheSecond);
const momentsToMs = new Intl.DateTimeFormat(undefined, { ...toTheSecond, fractionalSecondDigits: 3 });

/** The zone as the API and the logs call it, `UTC+1`; the browser's is `GMT+1`. */
function zoned(format: Intl.DateTimeFormat, at: string): string {
  return format
    .formatToParts(new Date(at))
    .map(({ type, value }) => (type === 'timeZoneName' ? value.replace(/^GMT(\+0$)?/, 'UTC') : value))
    .join('');
}

const instant = /(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)/;

/** A sentence of the server's, with its moments as the reader's own. */
export function Sentence({ text }: { readonly text: string }) {
  return text
    .split(instant)
    .map((part, index) => (index % 2 === 1 ? <Moment key={index} at={part} /> : part));
}
