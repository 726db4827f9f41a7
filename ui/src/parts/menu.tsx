// A menu of actions behind one button. What opens it is fetched when somebody is about to: most are never opened.

import { Suspense, useState, type ReactNode } from 'react';
import { lazyPart } from '../app/fetched-code.ts';

export type MenuAction = {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly danger?: boolean;
  readonly checked?: boolean;
  readonly act: () => void;
};

export type MenuProps = {
  readonly trigger: ReactNode;
  readonly label: string;
  readonly actions: readonly MenuAction[];
  readonly className?: string;
};

export const menuButtonLook =
  'inline-flex min-h-8 min-w-8 items-center justify-center gap-1.5 rounded-md px-2 text-quiet hover:bg-sunken hover:text-ink';

const fetchMenu = async () => (await import('./opened-menu.tsx')).OpenedMenu;
const OpenedMenu = lazyPart(fetchMenu);
const nothing = () => {};

export function Menu(props: MenuProps) {
  const { trigger, label, className } = props;
  const [wanted, setWanted] = useState(false);
  const closed = (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void fetchMenu().catch(nothing)}
      onClick={() => setWanted(true)}
      onKeyDown={(event) => {
        if (event.key === 'ArrowDown') setWanted(true);
      }}
      className={className ?? menuButtonLook}
    >
      {trigger}
    </button>
  );
  if (!wanted) return closed;
  return (
    <Suspense fallback={closed}>
      <OpenedMenu {...props} />
    </Suspense>
  );
}
