// The accent colour of a link in place of ours, in shades that suit the theme, also when that changes.

import { shadesOf, type Hex } from './shades.ts';

/** Returns how to take it back. */
export function wearAccent(chosen: Hex): () => void {
  const root = document.documentElement;
  const wear = () => {
    const theme = getComputedStyle(root);
    const of = (name: string) => theme.getPropertyValue(`--${name}`);
    const { accent, strong, soft, onAccent } = shadesOf(chosen, {
      surfaces: [of('surface'), of('page'), of('raised'), of('sunken')],
      quiet: of('quiet'),
    });
    root.style.setProperty('--accent', accent);
    root.style.setProperty('--accent-strong', strong);
    root.style.setProperty('--accent-soft', soft);
    root.style.setProperty('--on-accent', onAccent);
  };
  wear();
  const themes = new MutationObserver(wear);
  themes.observe(root, { attributeFilter: ['data-theme'] });
  return () => {
    themes.disconnect();
    for (const name of names) root.style.removeProperty(name);
  };
}

const names = ['--accent', '--accent-strong', '--accent-soft', '--on-accent'];
