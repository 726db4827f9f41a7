// Accent colours of others: whatever they chose, texts in it and on it can be read in both themes.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contrast, shadesOf, type Ground } from './shades.ts';

const [light, dark] = readFileSync(new URL('../style.css', import.meta.url), 'utf8')
  .split("[data-theme='dark'] {")
  .map(groundIn) as [Ground, Ground];
const parts = ['00', '33', '66', '99', 'cc', 'ff'];
const accents = parts.flatMap((red) =>
  parts.flatMap((green) => parts.map((blue) => `#${red}${green}${blue}`)),
);

test.each([
  ['light', light],
  ['dark', dark],
])('every accent can be read in the %s theme, and what stands on it, too', (_, ground) => {
  const unreadable = accents.filter((chosen) => {
    const { accent, strong, soft, onAccent } = shadesOf(chosen, ground);
    const pairs = [
      ...[...ground.surfaces, soft, onAccent].flatMap((under) => [
        [accent, under],
        [strong, under],
      ]),
      [ground.quiet, soft],
    ] as const;
    return !pairs.every(([text, under]) => contrast(text, under) >= 4.5);
  });
  expect(unreadable).toEqual([]);
});

test('an accent that can be read stays as it is', () => {
  expect(shadesOf('#1d4ed8', light).accent).toBe('#1d4ed8');
  expect(shadesOf('#ffd24a', dark).accent).toBe('#ffd24a');
});

test('black on white is as far apart as can be, and a colour from itself not at all', () => {
  expect(contrast('#000', '#ffffff')).toBeCloseTo(21);
  expect(contrast('#123456', '#123456')).toBe(1);
});

function groundIn(css: string): Ground {
  const [surface, page, raised, sunken, quiet] = ['surface', 'page', 'raised', 'sunken', 'quiet'].map(
    (name) => new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(css)?.[1] ?? '',
  );
  return { surfaces: [surface!, page!, raised!, sunken!], quiet: quiet! };
}
