// Light, dark, or as the system is: chosen here, kept in the browser, applied before the first paint by theme.js.

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const stored = 'posthorn.theme';
const systemDark = matchMedia('(prefers-color-scheme: dark)');

export function chosenTheme(): Theme {
  const text = localStorage.getItem(stored);
  return themes.find((theme) => theme === text) ?? 'system';
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(stored, theme);
  apply();
}

/** Follows the system from now on, as long as nothing else is chosen. */
export function followTheme(): void {
  systemDark.addEventListener('change', apply);
}

function apply(): void {
  const theme = chosenTheme();
  const dark = theme === 'dark' || (theme === 'system' && systemDark.matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}
