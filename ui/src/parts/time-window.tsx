// A span of time in the URL of a list: a preset that moves on with the time, or a fixed beginning and end.

import * as texts from '../texts/texts.ts';
import { FilterSelect } from './field.tsx';

export type TimeWindow = { readonly within?: string; readonly from?: string; readonly to?: string };

const minuteMs = 60_000;
const presets = {
  '15m': 15 * minuteMs,
  '1h': 60 * minuteMs,
  '24h': 24 * 60 * minuteMs,
  '7d': 7 * 24 * 60 * minuteMs,
  '30d': 30 * 24 * 60 * minuteMs,
} as const;
type Preset = keyof typeof presets;
const custom = 'custom';

function isPreset(text: string | undefined): text is Preset {
  return text !== undefined && Object.hasOwn(presets, text);
}

/** What the API is asked for, now. What is no time is left out. */
export function windowNow(
  { within, from, to }: TimeWindow,
  nowMs: number,
): { readonly from?: string; readonly to?: string } {
  if (isPreset(within)) return { from: new Date(nowMs - presets[within]).toISOString() };
  return {
    ...(isTime(from) ? { from: new Date(from).toISOString() } : {}),
    ...(isTime(to) ? { to: new Date(to).toISOString() } : {}),
  };
}

function isTime(text: string | undefined): text is string {
  return text !== undefined && !Number.isNaN(Date.parse(text));
}

export function TimeWindowFilter({
  value,
  choose,
}: {
  readonly value: TimeWindow;
  readonly choose: (value: TimeWindow) => void;
}) {
  const words = texts.timeWindow;
  const isCustom =
    !isPreset(value.within) && (value.within === custom || isTime(value.from) || isTime(value.to));
  const chosen = isPreset(value.within) ? value.within : isCustom ? custom : '';
  return (
    <>
      <FilterSelect
        label={words.label}
        value={chosen}
        onChange={({ currentTarget }) =>
          choose(currentTarget.value === '' ? {} : { within: currentTarget.value })
        }
        className="max-md:w-full max-md:max-w-none"
        choices={[
          { value: '', label: words.any },
          ...(Object.keys(presets) as Preset[]).map((preset) => ({
            value: preset,
            label: words.presets[preset],
          })),
          { value: custom, label: words.custom },
        ]}
      />
      {isCustom &&
        (['from', 'to'] as const).map((end) => (
          <label key={end} className="inline-flex items-center gap-1.5 text-quiet max-md:w-full">
            {words[end]}
            <input
              type="datetime-local"
              step="1"
              value={localTime(value[end])}
              onChange={({ currentTarget }) => {
                const { [end]: _, ...rest } = value;
                const at = currentTarget.value;
                choose(isTime(at) ? { ...rest, [end]: new Date(at).toISOString() } : rest);
              }}
              className="rounded-md border border-line-strong/60 bg-surface px-2 py-1.5 text-ink max-md:grow"
            />
          </label>
        ))}
    </>
  );
}

/** As the field wants it: in the reader's zone, without one. */
function localTime(text: string | undefined): string {
  if (!isTime(text)) return '';
  const at = new Date(text);
  return new Date(at.getTime() - at.getTimezoneOffset() * minuteMs).toISOString().slice(0, 19);
}
