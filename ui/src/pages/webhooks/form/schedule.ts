// A retry schedule as people write it, such as `5s, 30s, 2m, 1h`.

const unitsS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** The waits in seconds; undefined where a word is no length of time. A number without unit is in seconds. */
export function scheduleOf(text: string): readonly number[] | undefined {
  const words = text.split(/[,\s]+/).filter((word) => word !== '');
  const waits = words.map((word) => {
    const [, digits, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(word) ?? [];
    return digits === undefined ? undefined : Number(digits) * unitsS[unit]!;
  });
  return waits.every((wait) => wait !== undefined) ? waits : undefined;
}

export function scheduleText(waits: readonly number[]): string {
  return waits.map(waitText).join(', ');
}

function waitText(wait: number): string {
  const [unit, length] = Object.entries(unitsS).findLast(([, size]) => wait >= size && wait % size === 0) ?? [
    's',
    1,
  ];
  return `${wait / length}${unit}`;
}
