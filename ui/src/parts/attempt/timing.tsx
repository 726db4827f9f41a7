// When an attempt began, and how long each part of it took, as bars one after the other.

import type { Attempt } from '../../api/types.ts';
import { Moment } from '../time.tsx';
import * as texts from '../../texts/texts.ts';

const words = texts.attempts.timing;

type Phase = { readonly name: string; readonly startMs: number; readonly endMs: number };

export function Timing({
  attempt: { startedAt, timing, durationMs },
}: {
  readonly attempt: Pick<Attempt, 'startedAt' | 'timing' | 'durationMs'>;
}) {
  const phases = phasesOf(timing, durationMs);
  if (durationMs === 0) return <p className="text-quiet">{words.none}</p>;
  return (
    <div className="flex flex-col gap-3">
      <p>
        <span className="text-quiet">{words.started}</span> <Moment at={startedAt} toMs />
      </p>
      <table aria-label={words.label} className="w-full">
        <tbody>
          {phases.map(({ name, startMs, endMs }) => (
            <tr key={name}>
              <th scope="row" className="w-24 py-1 pr-3 text-left font-normal text-quiet">
                {name}
              </th>
              <td className="py-1">
                <div className="h-2.5 rounded bg-sunken">
                  <div
                    className="h-2.5 min-w-0.5 rounded bg-accent"
                    style={{
                      marginLeft: `${Math.min((startMs / durationMs) * 100, 99)}%`,
                      width: `${Math.max(((endMs - startMs) / durationMs) * 100, 0)}%`,
                    }}
                  />
                </div>
              </td>
              <td className="w-24 py-1 pl-3 text-right tabular-nums">{shortMs(endMs - startMs)}</td>
            </tr>
          ))}
          <tr className="border-t border-line font-medium">
            <th scope="row" className="py-1.5 pr-3 text-left font-medium">
              {words.total}
            </th>
            <td />
            <td className="py-1.5 pl-3 text-right tabular-nums">{shortMs(durationMs)}</td>
          </tr>
        </tbody>
      </table>
      {timing.connectMs === undefined && timing.firstByteMs !== undefined && (
        <p className="text-xs text-quiet">{words.kept}</p>
      )}
    </div>
  );
}

/** `timing` counts from the start to the end of each phase; phases that did not happen are absent. */
function phasesOf(
  { dnsMs, connectMs, tlsMs, firstByteMs }: Attempt['timing'],
  durationMs: number,
): readonly Phase[] {
  const ends: readonly (readonly [name: string, endMs: number | undefined])[] = [
    [words.dns, dnsMs],
    [words.connect, connectMs],
    [words.tls, tlsMs],
    [words.wait, firstByteMs],
    [firstByteMs === undefined ? words.wait : words.receive, durationMs],
  ];
  const phases: Phase[] = [];
  let startMs = 0;
  for (const [name, endMs] of ends) {
    if (endMs === undefined) continue;
    phases.push({ name, startMs, endMs: Math.max(endMs, startMs) });
    startMs = Math.max(endMs, startMs);
  }
  return phases;
}

function shortMs(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : texts.numbers.ms(ms);
}
