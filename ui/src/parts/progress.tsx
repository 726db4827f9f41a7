// How far something has come, as a bar; without an end in sight it only says that it goes on.

import { classNames } from './class-names.ts';

export function Progress({
  label,
  share,
  tone = 'accent',
  thin = false,
}: {
  readonly label: string;
  /** From 0 to 1; null when nobody knows. */
  readonly share: number | null;
  readonly tone?: 'accent' | 'good' | 'quiet';
  readonly thin?: boolean;
}) {
  const percent = share === null ? undefined : Math.round(share * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={classNames('w-full overflow-hidden rounded-full bg-line', thin ? 'h-1.5' : 'h-2.5')}
    >
      <div
        className={classNames(
          'h-full rounded-full transition-[width] duration-500',
          tone === 'good' ? 'bg-good' : tone === 'quiet' ? 'bg-line-strong' : 'bg-accent',
          percent === undefined && 'animate-pulse',
        )}
        style={{ width: `${percent ?? 100}%` }}
      />
    </div>
  );
}
