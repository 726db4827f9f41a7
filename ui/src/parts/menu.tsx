// A menu of actions behind one button.

import { Menu as Base } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export type MenuAction = {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly danger?: boolean;
  readonly checked?: boolean;
  readonly act: () => void;
};

export function Menu({
  trigger,
  label,
  actions,
  className,
}: {
  readonly trigger: ReactNode;
  readonly label: string;
  readonly actions: readonly MenuAction[];
  readonly className?: string;
}) {
  return (
    <Base.Root>
      <Base.Trigger
        aria-label={label}
        title={label}
        className={
          className ??
          'inline-flex min-h-8 min-w-8 items-center justify-center gap-1.5 rounded-md px-2 text-quiet hover:bg-sunken hover:text-ink'
        }
      >
        {trigger}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="end" className="z-50">
          <Base.Popup className="min-w-44 rounded-lg border border-line bg-raised p-1 shadow-lg">
            {actions.map(({ label: text, icon, danger, checked, act }) => (
              <Base.Item
                key={text}
                onClick={act}
                className={classNames(
                  'flex cursor-pointer items-center gap-2 rounded-md px-2.5 py-1.5 outline-none data-[highlighted]:bg-sunken',
                  danger === true && 'text-bad',
                  checked === true && 'font-semibold',
                )}
              >
                {icon}
                {text}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
