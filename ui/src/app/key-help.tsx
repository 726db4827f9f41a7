// `?` shows which keys do something on the page that is open.

import { useState } from 'react';
import { Dialog } from '../parts/dialog.tsx';
import { texts } from '../texts/texts.ts';
import { useKeys, useListedKeys } from './keys.tsx';

export function KeyHelp() {
  const [open, setOpen] = useState(false);
  const keys = useListedKeys();
  useKeys([{ key: '?', label: texts.shell.help, act: () => setOpen(true) }]);
  return (
    <Dialog open={open} close={() => setOpen(false)} title={texts.shell.help}>
      <dl className="grid grid-cols-[max-content_1fr] items-center gap-x-4 gap-y-2">
        {keys.map(([key, label]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="rounded border border-line-strong/60 bg-sunken px-2 py-0.5 font-mono text-xs">
                {key}
              </kbd>
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
