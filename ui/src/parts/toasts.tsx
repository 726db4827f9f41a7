// Short notices at the edge of the window: that something was done, or that it failed.

import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Problem } from '../api/call.ts';
import * as texts from '../texts/texts.ts';
import { classNames } from './class-names.ts';

const toasts = Toast.createToastManager();

export function tell(title: string, description?: string): void {
  toasts.add({ title, ...(description === undefined ? {} : { description }) });
}

/** For acts whose button is no place for the error. */
export function tellProblem(title: string, error: unknown): void {
  const description = error instanceof Problem ? error.message : texts.common.bug;
  toasts.add({ title, description, type: 'problem', priority: 'high', timeout: 12_000 });
}

export function Toasts({ children }: { readonly children: ReactNode }) {
  return (
    <Toast.Provider toastManager={toasts}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 left-4 z-[60] flex flex-col gap-2 sm:left-auto sm:w-96">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { toasts: shown } = Toast.useToastManager();
  return shown.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className={classNames(
        'flex items-start gap-3 rounded-lg border bg-raised p-3 shadow-lg',
        toast.type === 'problem' ? 'border-bad/60' : 'border-line',
      )}
    >
      <div className="min-w-0 grow">
        <Toast.Title
          className={classNames('font-semibold break-words', toast.type === 'problem' && 'text-bad')}
        />
        <Toast.Description className="break-words text-quiet" />
      </div>
      <Toast.Close
        aria-label={texts.common.close}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded text-quiet hover:bg-sunken"
      >
        <X aria-hidden size={14} />
      </Toast.Close>
    </Toast.Root>
  ));
}
