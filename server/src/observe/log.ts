// The log: one line of JSON (or of text for people) per thing worth telling, and nothing that is not listed here.

import { pino } from 'pino';
import { causeOf } from './cause.ts';
import { lineOf } from './log-lines.ts';
import { prettyLine } from './log-pretty.ts';
import type { LogSink } from './log-sink.ts';
import type { Listener } from './signals.ts';

type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
export type LogOptions = {
  readonly level: LogLevel;
  readonly format: 'json' | 'pretty';
  readonly color: boolean;
  readonly nodeName: string;
};

/** What a line about the process may hold besides its text. `cause` is what went wrong, `hint` what to do about it. */
type Told = {
  readonly cause?: unknown;
  readonly url?: string;
  readonly opened?: string;
  readonly tenantId?: string;
  readonly webhookId?: string;
  /** Of a mail: its subject, the failure it tells, why it did not go out, and who did not get it. */
  readonly subject?: string;
  readonly error?: string;
  readonly detail?: string;
  readonly refused?: readonly string[];
  readonly hint?: string;
};

export type Log = {
  /** Tells a signal, if its level is asked for. */
  readonly listen: Listener;
  /** Tells something about the process itself, or about a mail. */
  readonly say: (level: 'info' | 'warn' | 'error' | 'fatal', text: string, more?: Told) => void;
};

export function makeLog(options: LogOptions, sink: LogSink): Log {
  const { format, color, level, nodeName } = options;
  const destination = {
    write: (line: string) => sink.write(format === 'json' ? line : prettyLine(line, color)),
  };
  const logger = pino(
    {
      level,
      base: { node: nodeName },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    listen(signal) {
      const line = lineOf(signal);
      if (line !== undefined && logger.isLevelEnabled(line.level))
        logger[line.level](line.members(), line.text);
    },
    say(at, text, { cause, ...members } = {}) {
      logger[at](cause === undefined ? members : { ...members, cause: causeOf(cause) }, text);
    },
  };
}
