// Light, dark, or as the system is: chosen from a menu.

import { SunMoon } from 'lucide-react';
import { useState } from 'react';
import { Menu } from '../parts/menu.tsx';
import * as texts from '../texts/texts.ts';
import { chooseTheme, chosenTheme, themes } from './theme.ts';

export function ThemeMenu() {
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <Menu
      label={texts.shell.theme}
      trigger={<SunMoon aria-hidden size={16} />}
      actions={themes.map((one) => ({
        label: texts.shell.themes[one],
        checked: one === theme,
        act: () => {
          chooseTheme(one);
          setTheme(one);
        },
      }))}
    />
  );
}
