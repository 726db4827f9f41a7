// The navigation of a phone: over the page, fetched when it is first opened.

import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import * as texts from '../texts/texts.ts';

export function PhoneMenu({ close, children }: { readonly close: () => void; readonly children: ReactNode }) {
  return (
    <Base.Root open onOpenChange={(next) => !next && close()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Base.Popup className="fixed inset-y-0 left-0 z-50 flex w-72 max-w-[85vw] flex-col gap-4 border-r border-line bg-surface p-3">
          <Base.Title className="sr-only">{texts.shell.navigation}</Base.Title>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
