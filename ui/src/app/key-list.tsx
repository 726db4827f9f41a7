// The keys that do something now, in a dialog that is fetched when it is first asked for.

import { Dialog } from '../parts/dialog.tsx';
import * as texts from '../texts/texts.ts';
import { useListedKeys } from './keys.tsx';

export function KeyList({ close }: { readonly close: () => void }) {
  const keys = useListedKeys();
  return (
    <Dialog open close={close} title={texts.shell.help}>
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
