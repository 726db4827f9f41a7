// From an accent colour of somebody's choice to shades that can be read in a theme (WCAG 2.2, 1.4.3), whatever was chosen.

/** `#rgb` or `#rrggbb`. */
export type Hex = string;

export type Ground = {
  /** What texts stand on, the cards first. */
  readonly surfaces: readonly [Hex, ...Hex[]];
  /** The text that stands out least. */
  readonly quiet: Hex;
};

export type Shades = {
  readonly accent: Hex;
  readonly strong: Hex;
  readonly soft: Hex;
  readonly onAccent: Hex;
};

const readable = 4.5;
const shares = Array.from({ length: 51 }, (_, index) => index / 50);
const softShares = [0.16, 0.14, 0.12, 0.1, 0.08, 0.06, 0.04];

/** The accent, as little darker or lighter as it takes to be read on every surface and beneath the text on it. */
export function shadesOf(chosen: Hex, { surfaces, quiet }: Ground): Shades {
  const [surface] = surfaces;
  const away = luminance(surface) > 0.5 ? '#000000' : '#ffffff';
  const tints = softShares.map((share) => mix(surface, chosen, share));
  const soft = tints.find((tint) => contrast(quiet, tint) >= readable) ?? surface;
  const grounds = [...surfaces, soft];
  const tones = shares.map((share) => mix(chosen, away, share));
  const accent = tones.find((tone) => grounds.every((ground) => contrast(ground, tone) >= readable)) ?? away;
  return { accent, strong: mix(accent, away, 0.2), soft, onAccent: surface };
}

/** By WCAG's formula, from 1 to 21. */
export function contrast(one: Hex, other: Hex): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function mix(from: Hex, to: Hex, share: number): Hex {
  const target = parse(to);
  return `#${parse(from)
    .map((value, index) => Math.round(value + (target[index]! - value) * share))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
}

function luminance(colour: Hex): number {
  const [red = 0, green = 0, blue = 0] = parse(colour).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function parse(colour: Hex): readonly number[] {
  const digits = colour.trim().slice(1);
  const full = digits.length === 3 ? digits.replaceAll(/./g, '$&$&') : digits;
  return (full.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}
