// A small picture of the last while: a bar for each span, as high as it was busy, red where it failed.

import * as texts from '../texts/texts.ts';

export type SparkPoint = { readonly attempts: number; readonly successes: number };

const heightPx = 24;
const barPx = 3;
const gapPx = 1;

export function Sparkline({
  points,
  label,
}: {
  readonly points: readonly SparkPoint[];
  readonly label: string;
}) {
  const most = Math.max(1, ...points.map(({ attempts }) => attempts));
  const widthPx = points.length * (barPx + gapPx);
  return (
    <svg
      role="img"
      aria-label={`${label}: ${texts.charts.spark(points)}`}
      width={widthPx}
      height={heightPx}
      viewBox={`0 0 ${widthPx} ${heightPx}`}
      className="max-w-full"
    >
      {points.map(({ attempts, successes }, index) => {
        const x = index * (barPx + gapPx);
        const whole = attempts === 0 ? 1 : Math.max(2, (attempts / most) * heightPx);
        const failed = attempts === 0 ? 0 : (1 - successes / attempts) * whole;
        const good = whole - failed;
        return (
          <g key={index}>
            <rect
              x={x}
              y={heightPx - whole}
              width={barPx}
              height={failed}
              className="fill-[var(--chart-error)]"
            />
            <rect
              x={x}
              y={heightPx - good}
              width={barPx}
              height={good}
              className={attempts === 0 ? 'fill-line' : 'fill-[var(--chart-good)]'}
            />
          </g>
        );
      })}
    </svg>
  );
}
