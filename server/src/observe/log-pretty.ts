// Turns a log line of JSON into one for people: time, level, what, then `name=value`.

import { styleText } from 'node:util';

const colors = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red', fatal: 'red' } as const;

export function prettyLine(json: string, color: boolean): string {
  const { time, level, msg, node: _, cause, ...members } = JSON.parse(json) as Record<string, unknown>;
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const word = String(level);
  const rest = Object.entries(members).map(([name, value]) => `${paint('gray', `${name}=`)}${textOf(value)}`);
  const parts = [
    paint('gray', String(time).slice(11, 23)),
    paint(colors[word as keyof typeof colors] ?? 'white', word.toUpperCase().padEnd(5)),
    String(msg),
    ...rest,
  ];
  return `${parts.join(' ')}\n${causeText(cause)}`;
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[\s"\p{Cc}]/u.test(text) ? JSON.stringify(text) : text;
}

function causeText(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return '';
  const { stack, message, cause: deeper } = cause as { stack?: string; message?: string; cause?: unknown };
  return `${(stack ?? message ?? '').replaceAll(/^/gm, '    ')}\n${causeText(deeper)}`;
}
