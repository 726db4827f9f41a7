// Attempts over time as bars stacked by outcome; a bar leads to what it stands for. The same numbers stand in a table for
// screen readers.

import 'uplot/dist/uPlot.min.css';
import { useEffect, useEffectEvent, useRef } from 'react';
import uPlot from 'uplot';
import * as texts from '../texts/texts.ts';
import { exact } from './time.tsx';

export type OutcomePoint = {
  readonly at: string;
  readonly successes: number;
  readonly failures: number;
  readonly errors: number;
};

const heightPx = 220;
const layers = ['successes', 'failures', 'errors'] as const;
const colours = { successes: '--chart-good', failures: '--chart-failure', errors: '--chart-error' } as const;

export function OutcomeBars({
  label,
  points,
  bucketMs,
  open,
}: {
  readonly label: string;
  readonly points: readonly OutcomePoint[];
  readonly bucketMs: number;
  readonly open?: (from: string, to: string) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const openBar = useEffectEvent((from: string, to: string) => open?.(from, to));

  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const draw = () => drawBars(element, points, bucketMs, openBar);
    let plot = draw();
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: heightPx }));
    resize.observe(element);
    // Colours are read when drawn, so that another theme means another drawing.
    const theme = new MutationObserver(() => {
      plot.destroy();
      plot = draw();
    });
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      resize.disconnect();
      theme.disconnect();
      plot.destroy();
    };
  }, [points, bucketMs]);

  return (
    <figure className="flex flex-col gap-2">
      <div ref={frame} aria-hidden className="min-w-0 overflow-hidden" style={{ height: heightPx }} />
      <figcaption className="flex flex-wrap gap-4 text-xs text-quiet">
        {layers.map((layer) => (
          <span key={layer} className="inline-flex items-center gap-1.5">
            <span
              aria-hidden
              className="size-2.5 rounded-sm"
              style={{ background: `var(${colours[layer]})` }}
            />
            {texts.charts.layers[layer]}
          </span>
        ))}
      </figcaption>
      <div className="sr-only">
        <table>
          <caption>{label}</caption>
          <thead>
            <tr>
              <th scope="col">{texts.charts.from}</th>
              {layers.map((layer) => (
                <th key={layer} scope="col">
                  {texts.charts.layers[layer]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {points
              .filter((point) => layers.some((layer) => point[layer] > 0))
              .map((point) => (
                <tr key={point.at}>
                  <th scope="row">{exact(point.at)}</th>
                  {layers.map((layer) => (
                    <td key={layer}>{point[layer]}</td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** As the reader writes times: of the day, and where a day begins its date. */
function timesOf(_: uPlot, seconds: readonly number[]): string[] {
  return seconds.map((second) => {
    const at = new Date(second * 1_000);
    const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
    return (isMidnight ? dayOfYear : timeOfDay).format(at);
  });
}

/** Stacks are drawn from the highest down, each over the one behind it. */
function drawBars(
  element: HTMLElement,
  points: readonly OutcomePoint[],
  bucketMs: number,
  open: (from: string, to: string) => void,
): uPlot {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const totals = (upTo: number) =>
    points.map((point) => layers.slice(0, upTo + 1).reduce((sum, layer) => sum + point[layer], 0));
  const axis = {
    stroke: colour('--quiet'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: '11px "Inter Variable", sans-serif',
  };
  const bars = uPlot.paths.bars!({ size: [0.8, 40], align: 1 });
  const plot = new uPlot(
    {
      width: element.clientWidth,
      height: heightPx,
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        // A bar stands behind its moment: the last one needs room as well.
        x: { range: (_, min, max) => [min, max + bucketMs / 1_000] },
        y: { range: (_, __, max) => [0, Math.max(max * 1.1, 4)] },
      },
      axes: [
        { ...axis, values: timesOf },
        { ...axis, size: 44 },
      ],
      series: [
        {},
        ...[2, 1, 0].map((layer) => ({
          fill: colour(colours[layers[layer]!]),
          width: 0,
          paths: bars,
          points: { show: false },
        })),
      ],
    },
    [points.map(({ at }) => Date.parse(at) / 1_000), totals(2), totals(1), totals(0)],
    element,
  );
  const tip = document.createElement('div');
  tip.className =
    'pointer-events-none absolute z-10 hidden rounded-md border border-line bg-raised px-2.5 py-1.5 text-xs whitespace-pre shadow';
  plot.over.append(tip);
  const pointed = () => points[plot.cursor.idx ?? -1];
  plot.over.addEventListener('mousemove', () => {
    const point = pointed();
    tip.classList.toggle('hidden', point === undefined);
    if (point === undefined) return;
    tip.textContent = [
      exact(point.at),
      ...layers.map((layer) => `${texts.charts.layers[layer]}: ${texts.numbers.count(point[layer])}`),
    ].join('\n');
    const left = plot.cursor.left ?? 0;
    const flip = left > plot.over.clientWidth / 2;
    tip.style.left = `${left + (flip ? -12 : 12)}px`;
    tip.style.transform = flip ? 'translateX(-100%)' : '';
    tip.style.top = '8px';
  });
  plot.over.addEventListener('mouseleave', () => tip.classList.add('hidden'));
  plot.over.addEventListener('click', () => {
    const point = pointed();
    if (point === undefined) return;
    open(point.at, new Date(Date.parse(point.at) + bucketMs).toISOString());
  });
  plot.over.style.cursor = 'pointer';
  return plot;
}
