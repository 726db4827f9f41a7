// Lists of a long history, as people ask for them over HTTP: 90 days, 100 webhooks, 50 event types, ten deliveries an event.

import { dayMs } from '../../../server/src/domain/clock.ts';
import { startPosthorn, type Posthorn } from '../../../server/test/process/posthorn.ts';
import { filledServer } from '../filled.ts';
import { commonTypes, rareType } from '../history.ts';
import { spreadOf } from '../numbers.ts';
import { startReceiver } from '../receiver.ts';
import { milliseconds, quantileOfRounds, table } from '../report.ts';
import type { Row } from '../row.ts';

const fanOut = 10;
const webhooks = 100;
const spanMs = 90 * dayMs;
const asked = 100;

export const lists: Row = {
  name: 'lists',
  title: 'Lists of a long history',
  async measure(bench) {
    const { extent, say } = bench;
    await using receiver = await startReceiver();
    await using stack = new AsyncDisposableStack();
    const events = extent.attempts / fanOut;
    const history = { events, fanOut, spanMs, kind: 'settled', webhooks } as const;
    const filled = await filledServer(bench, stack, receiver.url, history);
    const posthorn = stack.use(await startPosthorn(filled));
    const rows: string[][] = [];
    for (const { name, path } of kinds(filled.webhookIds)) {
      const rounds: number[][] = [];
      for (let round = 0; round < extent.rounds; round++) {
        say(`lists, ${name}: round ${round + 1} of ${extent.rounds}`);
        rounds.push(await askFor(posthorn, path));
      }
      const p50 = quantileOfRounds(rounds, 0.5);
      const p99 = quantileOfRounds(rounds, 0.99);
      const slowest = spreadOf(rounds.map((values) => Math.max(...values))).max;
      rows.push([name, milliseconds(p50), milliseconds(p99), `${slowest.toFixed(1)} ms`]);
    }
    return {
      kind: 'measured',
      lines: [
        `- ${extent.attempts.toLocaleString('en')} deliveries with an attempt each, over 90 days and 100 webhooks. ${extent.rounds} rounds of ${asked} requests for a page of 50 and the one after it, medians (smallest–largest)`,
        '',
        ...table(['list', 'p50', 'p99', 'slowest'], rows),
      ],
    };
  },
};

type Kind = { readonly name: string; readonly path: (draw: number) => string };

/** `draw` counts the requests of a round. */
function kinds(webhookIds: readonly string[]): readonly Kind[] {
  const webhook = (draw: number) => `webhookId=${webhookIds[(draw * 37) % webhookIds.length]}`;
  const type = (draw: number) => `bench.type${draw % commonTypes}`;
  const at = (ms: number) => new Date(ms).toISOString();
  const day = (draw: number) => {
    const from = Date.now() - spanMs + ((draw * 7) % 89) * dayMs;
    return `from=${at(from)}&to=${at(from + dayMs)}`;
  };
  const deliveries = (name: string, query: (draw: number) => string): Kind => ({
    name: `deliveries by ${name}`,
    path: (draw) => `/deliveries?${query(draw)}`,
  });
  return [
    deliveries('webhook', webhook),
    deliveries('webhook and a day', (draw) => `${webhook(draw)}&${day(draw)}`),
    ...['delivered', 'exhausted', 'cancelled', 'scheduled', 'skipped'].flatMap((state) => [
      deliveries(state, () => `state=${state}`),
      deliveries(`${state} and a day`, (draw) => `state=${state}&${day(draw)}`),
      deliveries(`webhook and ${state}`, (draw) => `${webhook(draw)}&state=${state}`),
      deliveries(`type and ${state}`, (draw) => `eventType=${type(draw)}&state=${state}`),
    ]),
    deliveries('failure', () => 'outcome=failure'),
    deliveries('error', () => 'outcome=error'),
    deliveries('webhook and failure', (draw) => `${webhook(draw)}&outcome=failure`),
    deliveries('webhook and error', (draw) => `${webhook(draw)}&outcome=error`),
    deliveries('webhook and 4xx', (draw) => `${webhook(draw)}&statusClass=4xx`),
    deliveries('type', (draw) => `eventType=${type(draw)}`),
    deliveries('a rare type', () => `eventType=${rareType}`),
    deliveries('webhook and type', (draw) => `${webhook(draw)}&eventType=${type((draw * 37) % 100)}`),
    deliveries('webhook and a rare type', (draw) => `${webhook(draw)}&eventType=${rareType}`),
    deliveries('a day', day),
    { name: 'events by type', path: (draw) => `/events?type=${type(draw)}` },
    { name: 'events by a rare type', path: () => `/events?type=${rareType}` },
    { name: 'events by type and a day', path: (draw) => `/events?type=${type(draw)}&${day(draw)}` },
    { name: 'events of a day', path: (draw) => `/events?${day(draw)}` },
  ];
}

/** How long each request takes, in milliseconds; every other one is for the page after the one before it. */
async function askFor({ api }: Posthorn, path: (draw: number) => string): Promise<number[]> {
  const tookMs: number[] = [];
  const ask = async (request: string) => {
    const startedAt = performance.now();
    const { status, body } = await api<{ next: string | null }>(request);
    tookMs.push(performance.now() - startedAt);
    if (status !== 200) throw new Error(`${request} got ${status}: ${JSON.stringify(body)}`);
    return body.next;
  };
  for (let draw = 0; tookMs.length < asked; draw++) {
    const next = await ask(path(draw));
    if (next !== null) await ask(`${path(draw)}&cursor=${encodeURIComponent(next)}`);
  }
  return tookMs;
}
