// The log, which tells from the start; and what joins it once the store is open: the metrics, the mails, those who look on
// and whoever else listens to signals.

import { hostname } from 'node:os';
import type { Config } from '../config.ts';
import type { Clock } from '../domain/clock.ts';
import type { Emit } from '../domain/signal.ts';
import { makeLive, type Live, type LiveParts } from '../observe/live/live.ts';
import { makeLog, type Log } from '../observe/log.ts';
import type { NativeParts } from '../dialects/native/parts.ts';
import { makeSendTestMail } from '../observe/mail/test-mail.ts';
import { makeMails, type Mails } from '../observe/mail/mails.ts';
import { logSink, standardWriter, type LogSink } from '../observe/log-sink.ts';
import { makeMetrics, type Metrics } from '../observe/metrics.ts';
import type { Gauged } from '../observe/metrics/gauges.ts';
import { joinListeners } from '../observe/signals.ts';
import { mailing, type MailSettings, type MailSources } from './mail.ts';

/** The log, and where its lines go. */
export type OpenLog = { readonly log: Log; readonly sink: LogSink };

export function openLog(config: Pick<Config, 'nodeName' | 'logLevel' | 'logFormat'>): OpenLog {
  const sink = logSink(standardWriter(process.stdout));
  const log = makeLog(
    {
      nodeName: nodeNameOf(config),
      level: config.logLevel,
      format: config.logFormat ?? (process.stdout.isTTY ? 'pretty' : 'json'),
      color: process.stdout.isTTY,
    },
    sink,
  );
  return { log, sink };
}

function nodeNameOf({ nodeName }: Pick<Config, 'nodeName'>): string {
  return nodeName ?? hostname();
}

export type Observation = {
  readonly emit: Emit;
  readonly metrics: Metrics;
  readonly live: Live;
  readonly stopMails: Mails['stop'];
  /** How mails leave; null where no mail server is set. */
  readonly mail: NativeParts['mail'];
  /** Waits until the log is written, or for as long as a reader may be blocked. */
  readonly flush: (withinMs: number) => Promise<void>;
};

export function observe(
  { log, sink }: OpenLog,
  config: Pick<Config, 'nodeName'> & MailSettings,
  gauged: Omit<Gauged, 'logLinesLost'>,
  sources: MailSources,
  watched: Omit<LiveParts, 'clock'>,
  clock: Clock,
): Observation {
  const metrics = makeMetrics({ ...gauged, logLinesLost: sink.lost }, clock, nodeNameOf(config));
  const { server, from, ...mailed } = mailing(config, hostname());
  const { send, apiUrl } = mailed;
  const mails = makeMails({
    ...sources,
    ...mailed,
    clock,
    say: log.say,
    count: metrics.countMail,
  });
  const live = makeLive({ ...watched, clock });
  const emit = joinListeners([log.listen, metrics.listen, mails.listen, live.listen], (cause) =>
    log.say('error', 'a listener to signals failed', { cause }),
  );
  const mail =
    send === undefined || server === null
      ? null
      : { server, from, sendTest: makeSendTestMail({ send, clock, apiUrl }) };
  return { emit, metrics, live, mail, stopMails: mails.stop, flush: sink.flush };
}
