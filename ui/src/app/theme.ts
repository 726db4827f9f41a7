// Light, dark, or as the system is: chosen here, kept in the browser, applied before the first paint by theme.js.

import { keep, kept } from './kept.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const stored = 'posthorn.theme';
const systemDark = matchMedia('(prefers-color-scheme: dark)');
let chosen = read();

export function chosenTheme(): Theme {
  return chosen;
}

export function chooseTheme(theme: Theme): void {
  chosen = theme;
  keep('localStorage', stored, theme);
  apply();
}

/** Follows the system from now on, as long as nothing else is chosen. */
export function followTheme(): void {
  systemDark.addEventListener('change', apply);
}

function read(): Theme {
  const text = kept('localStorage', stored);
  return themes.find((theme) => theme === text) ?? 'system';
}

function apply(): void {
  const dark = chosen === 'dark' || (chosen === 'system' && systemDark.matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}
