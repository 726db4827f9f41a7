// One request and what came back: how it ended, how long each part took, and both messages whole.

import type { LastExchange, TestAttempt } from '../../../api/types.ts';
import { Code } from '../../../parts/copy.tsx';
import { JsonTree } from '../../../parts/json-tree.tsx';
import { Card } from '../../../parts/page.tsx';
import { OutcomeBadge } from '../../../parts/states.tsx';
import { Moment } from '../../../parts/time.tsx';
import { texts } from '../../../texts/texts.ts';

const words = texts.webhook.exchange;

export function Exchange({ exchange }: { readonly exchange: TestAttempt | LastExchange }) {
  const { startedAt, durationMs, explanation, detail, request, response, requestBody } = exchange;
  return (
    <div className="flex flex-col gap-4">
      <Card title={words.outcome} actions={<OutcomeBadge attempt={exchange} />}>
        <div className="flex flex-col gap-3">
          {explanation !== null && <p className="font-medium">{explanation}</p>}
          {detail !== null && detail !== '' && <p className="text-quiet">{detail}</p>}
          <p className="text-quiet">
            <Moment at={startedAt} /> · {texts.numbers.ms(durationMs)}
          </p>
          <Timing exchange={exchange} />
        </div>
      </Card>
      <Card title={words.request}>
        <Message
          line={`${request.method} ${request.url}`}
          headers={request.headers}
          body={requestBody.bodyText}
          label={words.requestBody}
        />
      </Card>
      <Card title={words.response}>
        {response === null ? (
          <p className="text-quiet">{words.noResponse}</p>
        ) : (
          <Message
            line={`${response.status} ${response.reason}`}
            headers={response.headers}
            body={response.bodyText}
            label={words.responseBody}
            {...(response.bodyTruncated && { note: words.truncated })}
          />
        )}
      </Card>
    </div>
  );
}

/** Each part as a bar where it was within the whole. */
function Timing({
  exchange: { durationMs, timing },
}: {
  readonly exchange: Pick<TestAttempt, 'durationMs' | 'timing'>;
}) {
  const { dnsMs, connectMs, tlsMs, firstByteMs } = timing;
  const ends: readonly (readonly [name: string, endMs: number | undefined])[] = [
    [words.parts.dns, dnsMs],
    [words.parts.connect, connectMs],
    [words.parts.tls, tlsMs],
    [words.parts.firstByte, firstByteMs],
    [words.parts.rest, durationMs],
  ];
  const known = ends.filter((part): part is readonly [string, number] => part[1] !== undefined);
  const whole = Math.max(durationMs, ...known.map(([, end]) => end), 0.01);
  return (
    <dl className="grid grid-cols-[max-content_1fr_max-content] items-center gap-x-3 gap-y-1">
      {known.map(([name, end], index) => {
        const start = index === 0 ? 0 : known[index - 1]![1];
        return (
          <div key={name} className="contents">
            <dt className="text-xs text-quiet">{name}</dt>
            <dd className="h-2 overflow-hidden rounded-full bg-sunken" aria-hidden>
              <div
                className="h-full min-w-0.5 rounded-full bg-accent"
                style={{
                  marginLeft: `${Math.min(99, (start / whole) * 100)}%`,
                  width: `${Math.max(0, ((end - start) / whole) * 100)}%`,
                }}
              />
            </dd>
            <dd className="text-right text-xs tabular-nums">{texts.numbers.ms(Math.max(0, end - start))}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function Message({
  line,
  headers,
  body,
  label,
  note,
}: {
  readonly line: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly label: string;
  readonly note?: string;
}) {
  return (
    <div className="flex flex-col gap-3">
      <p className="font-mono text-xs font-semibold break-all">{line}</p>
      <dl className="grid gap-x-4 gap-y-0.5 font-mono text-xs sm:grid-cols-[minmax(8rem,max-content)_1fr]">
        {Object.entries(headers).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-quiet">{name}</dt>
            <dd className="min-w-0 break-all max-sm:mb-1">{value}</dd>
          </div>
        ))}
      </dl>
      {body === null && <p className="text-quiet">{words.compressed}</p>}
      {body === '' && <p className="text-quiet">{words.empty}</p>}
      {body !== null && body !== '' && <Body text={body} label={label} />}
      {note !== undefined && <p className="text-xs text-quiet">{note}</p>}
    </div>
  );
}

function Body({ text, label }: { readonly text: string; readonly label: string }) {
  const json = jsonObject(text);
  return json === undefined ? <Code text={text} label={label} wrap /> : <JsonTree value={json} />;
}

function jsonObject(text: string): object | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
