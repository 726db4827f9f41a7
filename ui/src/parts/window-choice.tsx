// Which span of time a page looks at: one of a few, all in sight.

export function WindowChoice<Window extends string>({
  label,
  windows,
  value,
  choose,
  name,
}: {
  readonly label: string;
  readonly windows: readonly Window[];
  readonly value: Window;
  readonly choose: (window: Window) => void;
  readonly name: (window: Window) => string;
}) {
  return (
    <div
      role="group"
      aria-label={label}
      className="inline-flex rounded-md border border-line bg-surface p-0.5"
    >
      {windows.map((window) => (
        <button
          key={window}
          type="button"
          aria-pressed={window === value}
          onClick={() => choose(window)}
          className="min-h-7 rounded px-2.5 text-xs font-medium text-quiet hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent-strong"
        >
          {name(window)}
        </button>
      ))}
    </div>
  );
}
