// A menu that has been opened once: its button, and the actions over the page.

import { Menu as Base } from '@base-ui/react/menu';
import { classNames } from './class-names.ts';
import { menuButtonLook, type MenuProps } from './menu.tsx';

export function OpenedMenu({ trigger, label, actions, className }: MenuProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger aria-label={label} title={label} className={className ?? menuButtonLook}>
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
